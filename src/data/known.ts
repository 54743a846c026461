/** @file Data sets that are known by the check sums of their files. */

import { cifarNames } from "./cifar.ts";
import { numbered } from "./labels.ts";

/** A published file of a data set. */
export interface KnownFile {
  /** Its name, as it is published. */
  readonly name: string;
  /** The MD5 of the file. */
  readonly md5: string;
  /** The MD5 of what is packed in it. */
  readonly contents: string | null;
}

/** A published data set. */
export interface KnownSet {
  readonly title: string;
  readonly classNames: readonly string[];
  readonly files: readonly KnownFile[];
}

const idx = (name: string, md5: string, contents: string): KnownFile => ({
  name: `${name}.gz`,
  md5,
  contents,
});

export const fashionMnist: KnownSet = {
  title: "FashionMNIST",
  classNames: [
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
  ],
  // MD5 of the files as github.com/zalandoresearch/fashion-mnist lists them; of the contents, of what these hold.
  files: [
    idx(
      "train-images-idx3-ubyte",
      "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
      "f4a8712d7a061bf5bd6d2ca38dc4d50a",
    ),
    idx(
      "train-labels-idx1-ubyte",
      "25c81989df183df01b3e8a0aad5dffbe",
      "9018921c3c673c538a1fc5bad174d6f9",
    ),
    idx(
      "t10k-images-idx3-ubyte",
      "bef4ecab320f06d8554ea6380940ec79",
      "8181f5470baa50b63fa0f6fddb340f0a",
    ),
    idx(
      "t10k-labels-idx1-ubyte",
      "bb300cfdad3c16e7a12a480ee83cd310",
      "15d484375f8d13e6eb1aabb0c3f46965",
    ),
  ],
};

export const mnist: KnownSet = {
  title: "MNIST",
  classNames: numbered(10),
  // MD5 of the files as they came from yann.lecun.com, and as PyTorch's torchvision lists them.
  files: [
    idx(
      "train-images-idx3-ubyte",
      "f68b3c2dcbeaaa9fbdd348bbdeb94873",
      "6bbc9ace898e44ae57da46a324031adb",
    ),
    idx(
      "train-labels-idx1-ubyte",
      "d53e105ee54ea40749a09fcbcd1e9432",
      "a25bea736e30d166cdddb491f175f624",
    ),
    idx(
      "t10k-images-idx3-ubyte",
      "9fb629c4189551a2d022fa330f9573f3",
      "2646ac647ad5339dbf082846283269ea",
    ),
    idx(
      "t10k-labels-idx1-ubyte",
      "ec29112dd5afa0611ce80d1b7f02629c",
      "27ae3e4e09519cfbb04c329615203637",
    ),
  ],
};

/** Of the batches in its archive no check sums are published. */
export const cifar10: KnownSet = {
  title: "CIFAR-10",
  classNames: cifarNames,
  files: [
    {
      name: "cifar-10-binary.tar.gz",
      md5: "c32a1d4ab5d03f1284b67883e8d87530",
      contents: null,
    },
  ],
};

/** Those whose files are IDX. */
export const idxSets: readonly KnownSet[] = [fashionMnist, mnist];

/** The set whose label files have these MD5 of their contents. */
export const setWithLabels = (contents: readonly string[]): KnownSet | undefined =>
  idxSets.find(({ files }) => contents.every((md5) => files.some((file) => file.contents === md5)));
