/** @file Pictures of numbers: line charts, bars of probabilities, confusion matrices, weights; SVG, PNG and text. */

export { barsSvg } from "./bars.ts";
export type { PredictedSample } from "./bars.ts";
export type { LineChart, Panel, Series } from "./chart.ts";
export { omissions } from "./chart-words.ts";
export { className, classRows, percent, predicted } from "./class-rows.ts";
export { weightColors, weightGrid } from "./grid.ts";
export type { WeightGrid } from "./grid.ts";
export { confusionHtml, confusionStyle, confusionSvg } from "./heat.ts";
export { spreadOut } from "./labels.ts";
export { lineChartSvg } from "./line-chart.ts";
export { plotOf, runsOf } from "./plot.ts";
export type { Plot, PlotLine } from "./plot.ts";
export { pngUri } from "./png.ts";
export { rasterOf } from "./raster.ts";
export type { Raster } from "./raster.ts";
export { figure, wholeScale } from "./scale.ts";
export { pictureStyle } from "./svg.ts";
export { textBar } from "./text-bar.ts";
export { lookOf } from "./theme.ts";
export { curvesVega } from "./vega.ts";
