/** @file The library that lays graphs out: loaded only where one is drawn. */

export { graphlib, layout } from "@dagrejs/dagre";
