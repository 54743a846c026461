/** @file What options of training have by name. */

/** What hidden layers make of their sums. */
export const activationNames = ["relu", "tanh", "sigmoid", "swish", "gelu", "softplus"] as const;
export type Activation = (typeof activationNames)[number];

export const losses = ["cross-entropy", "hinge", "softmax-hinge", "squared"] as const;
export type Loss = (typeof losses)[number];

export const optimizerNames = ["sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw"] as const;
export type OptimizerName = (typeof optimizerNames)[number];

/**
 * How entries of samples are put: as they stand (bytes between 0 and 1), by one mean and deviation of all that is
 * trained on, or each by its own.
 */
export const standards = ["none", "all", "feature"] as const;
export type Standard = (typeof standards)[number];

export const targetKinds = ["classes", "numbers"] as const;
export type TargetKind = (typeof targetKinds)[number];
