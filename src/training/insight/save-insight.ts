import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tfl from '@tensorflow/tfjs-layers';
import { encode } from 'fast-png';
import { stringifyNamedNumbers } from '../../base/json.ts';
import { makeFolder } from '../../base/made-folder.ts';
import { checkOption, refusal, wholeNumberFrom } from '../../base/option-checks.ts';
import { Rng } from '../../base/rng.ts';
import type { ImageSelection } from '../images/image-set.ts';
import type { Normalisation } from '../images/normalisation.ts';
import { layerRows } from './features.ts';
import { gradientHistograms } from './gradients.ts';
import { type PictureWriter, writeChannels, writeMistakes, writeSamples } from './image-pictures.ts';
import { isModel, type LayerChoice, type PlacedLayer, placedLayer, placedLayers } from './model-graph.ts';
import { type Predictions, predictionsOf } from './predictions.ts';
import { tsne } from './t-sne/t-sne.ts';

/** Receives the progress of the layout, in percent. */
export type InsightProgress = (progress: {
  readonly label: string;
  readonly done: number;
  readonly total: number;
  readonly unit: string;
}) => void;

/** The options of {@link saveInsight}. */
export interface InsightOptions {
  /** Gives logits [N, classes] for images. */
  readonly model: tfl.LayersModel;
  /** The images that are looked at, such as those of a test; at least one. */
  readonly data: ImageSelection;
  readonly normalisation: Normalisation;
  /** The layer whose features are laid out in the plane. Default: the one before the last layer that has weights. */
  readonly featureLayer?: LayerChoice;
  /** The layer of Grad-CAM, as in {@link gradCam}. */
  readonly mapLayer?: LayerChoice;
  /** The most images that are laid out in the plane; of more images some are drawn. 0 for none. Default 4000. */
  readonly points?: number;
  /** The most misclassified images that are shown, those of greatest confidence. Default 24. */
  readonly mistakes?: number;
  /** The most images of each class that are shown. Default 10. */
  readonly samples?: number;
  /** Fixes all that is drawn. Default 0. */
  readonly seed?: number;
  readonly progress?: InsightProgress;
  /** Ends it early, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Writes what a model makes of images into `insight/` of a retraining's folder, where `hpo report` and `hpo plot` find
 * it: `insight.json` with the number of images of each class and how many are recognised, a t-SNE layout of a layer's
 * features, the misclassified images of greatest confidence, and the distribution of each weight's gradient; as PNG
 * these images and their Grad-CAM (`mistake-1.png`, `mistake-1-map.png`), samples of each class (`class-0.png`) and
 * their colour channels (`channels.png`). Pictures have at most 96 pixels a side for each image. What was in `insight/`
 * before is removed.
 *
 * Grad-CAM is left out for a model without maps of features, and the layout where a feature is not finite, unless their
 * layers are named.
 *
 * @param folder is made where it is missing.
 */
export async function saveInsight(folder: string, options: InsightOptions): Promise<void> {
  const { model, data, points = 4000, mistakes = 24, samples = 10 } = options;
  const refuse = refusal('HPO_INVALID_ARGUMENT', 'saveInsight()');
  for (const [name, value] of Object.entries({ points, mistakes, samples })) {
    checkOption(name, value, wholeNumberFrom(0), refuse);
  }
  if (data.indices.length === 0) refuse('`data` has no images; give at least one.');
  if (options.mapLayer !== undefined) placedLayer(model, options.mapLayer, refuse);
  const featurePlace =
    options.featureLayer === undefined ? lastFeatures(model) : placedLayer(model, options.featureLayer, refuse);

  const predictions = predictionsOf(await layerRows(outputOf(model), options));
  const target = join(folder, 'insight');
  await rm(target, { recursive: true, force: true });
  makeFolder(target, 'results');
  const write: PictureWriter = (name, { bytes, ...size }) =>
    writeFile(join(target, `${name}.png`), encode({ ...size, data: bytes }));
  const content = {
    version: 1,
    images: data.indices.length,
    classes: classCounts(data, predictions),
    layout: points === 0 ? null : await layoutOf(options, featurePlace, predictions, points),
    mistakes: await writeMistakes(options, predictions, mistakes, write),
    samples: await writeSamples(data, samples, write),
    channels: await writeChannels(data, write),
    gradients: await gradientHistograms(model, data, options.normalisation),
  };
  await writeFile(join(target, 'insight.json'), `${stringifyNamedNumbers(content)}\n`);
}

/** The number of images of each class, and how many of them are recognised. */
function classCounts({ set, indices }: ImageSelection, { classes }: Predictions) {
  const counts = set.classes.map((name) => ({ name, images: 0, right: 0 }));
  for (const [at, index] of indices.entries()) {
    const label = set.labels[index] as number;
    const count = counts[label] as (typeof counts)[number];
    count.images++;
    if (classes[at] === label) count.right++;
  }
  return counts;
}

/** The output of a model. */
function outputOf({ outputs }: tfl.LayersModel): PlacedLayer {
  const [output] = outputs as [tfl.SymbolicTensor];
  return { layer: output.sourceLayer, output, within: [] };
}

/** The features from which a model's last layer with weights tells the classes. */
function lastFeatures(model: tfl.LayersModel): PlacedLayer {
  const last = placedLayers(model).findLast(
    ({ layer, output }) => !isModel(layer) && layer.weights.length > 0 && output.inputs.length > 0,
  );
  const input = last?.output.inputs[0];
  return last === undefined || input === undefined
    ? outputOf(model)
    : { layer: input.sourceLayer, output: input, within: last.within };
}

/** Places of images in the plane, with their classes. */
async function layoutOf(options: InsightOptions, place: PlacedLayer, predictions: Predictions, points: number) {
  const { data, featureLayer, seed = 0, progress, signal } = options;
  const { set, indices } = data;
  const drawn = new Rng(`${seed}/insight`).permutation(indices.length).slice(0, points).sort();
  const rows = await layerRows(place, { ...options, data: { set, indices: drawn.map((at) => indices[at] as number) } });
  if (featureLayer === undefined && !rows.values.every(Number.isFinite)) return null;
  const show = (share: number) =>
    progress?.({ label: `layout of ${drawn.length} images`, done: Math.round(100 * share), total: 100, unit: '%' });
  const { places, kept, divergence } = await tsne(rows, { seed, progress: show, ...(signal && { signal }) });
  const rounded = (value: number | undefined): number => Math.round(100 * (value as number)) / 100;
  return {
    layer: place.layer.name,
    width: rows.shape[1],
    kept,
    divergence,
    points: Array.from(drawn, (at, point) => [
      rounded(places[2 * point]),
      rounded(places[2 * point + 1]),
      set.labels[indices[at] as number] as number,
      predictions.classes[at] as number,
    ]),
  };
}
