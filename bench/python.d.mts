/** @file What tests know of it. */
export declare const python: string;
