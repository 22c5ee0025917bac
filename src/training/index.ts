/**
 * `hpo/tfjs`: training image classifiers with TensorFlow.js, on the best backend that the machine has. Importing it
 * gives tfjs its `file://` paths; {@link device} loads a backend.
 */
import { registerFileRouter } from './saving/file-router.ts';

export { type BackendName, backendNames, type Device } from './backend/candidate.ts';
export { type BackendProbe, backendName, device, probeBackends } from './backend/device.ts';
export { type Diagnosis, diagnose, type Finding } from './backend/diagnosis/diagnosis.ts';
export { type NvidiaCard, nvidiaCards } from './backend/nvidia-cards.ts';
export { type SelfCheck, selfCheck } from './backend/self-check.ts';
export { type SetupOptions, setupBackend } from './backend/setup.ts';
export { cacheFolder } from './cache-folder.ts';
export { type Cifar10Status, cifar10Status, downloadCifar10, verifyCifar10 } from './data/cifar10/cache.ts';
export {
  type Cifar10,
  type Cifar10Options,
  cifar10,
  cifar10Normalisation,
} from './data/cifar10/cifar10.ts';
export { cifar10Classes } from './data/cifar10/classes.ts';
export type { FileState } from './data/cifar10/official-files.ts';
export { type ImageFolderOptions, imageFolder } from './data/image-folder/image-folder.ts';
export { type NpyImagesOptions, npyImages } from './data/npy/npy-images.ts';
export type { Progress, ProgressListener, TaskOptions } from './data/progress.ts';
export type { Augmentation, ColourJitter } from './images/augmentation.ts';
export { allOf, type ImageSelection, type ImageSet } from './images/image-set.ts';
export { type MeasureOptions, measure } from './images/measure.ts';
export { type MemoryImagesOptions, memoryImages } from './images/memory-images.ts';
export type { Normalisation } from './images/normalisation.ts';
export { type SplitOptions, type SplitSizes, split } from './images/split.ts';
export { type Features, type FeaturesOptions, features } from './insight/features.ts';
export { type ClassActivation, type GradCamOptions, gradCam } from './insight/grad-cam.ts';
export type { LayerChoice } from './insight/model-graph.ts';
export { type InsightOptions, type InsightProgress, saveInsight } from './insight/save-insight.ts';
export { type Embedding, type TsneOptions, tsne } from './insight/t-sne/t-sne.ts';
export { BatchNormLayer, type BatchNormOptions } from './layers/batch-norm.ts';
export { Conv2DLayer, type Conv2DOptions } from './layers/conv2d.ts';
export { DropoutLayer, type DropoutOptions } from './layers/dropout.ts';
export { MaxPool2DLayer, type MaxPool2DOptions } from './layers/max-pool2d.ts';
export type { Padding } from './layers/padding.ts';
export { ResizeLayer, type ResizeOptions } from './layers/resize.ts';
export { WeightedSumLayer } from './layers/weighted-sum.ts';
export type { Calibration, CalibrationBin } from './loop/calibration.ts';
export type { TrainingCallback, TrainingStart } from './loop/callbacks.ts';
export { type EarlyStoppingOptions, earlyStopping } from './loop/early-stopping.ts';
export { logEpochs } from './loop/epoch-log.ts';
export type { EpochMetric } from './loop/epoch-metric.ts';
export type { EpochRecord } from './loop/epoch-record.ts';
export { type EvaluateOptions, type Evaluation, evaluate } from './loop/evaluate.ts';
export type { GradientClipping } from './loop/gradient-clipping.ts';
export { type AveragedMetrics, type ClassMetrics, classificationMetrics, type Metrics } from './loop/metrics.ts';
export { type CosineAnnealingOptions, cosineAnnealing } from './loop/schedules/cosine-annealing.ts';
export { type LinearWarmupOptions, linearWarmup } from './loop/schedules/linear-warmup.ts';
export { type OneCycleOptions, oneCycle } from './loop/schedules/one-cycle.ts';
export { type Knot, piecewiseLinear } from './loop/schedules/piecewise-linear.ts';
export { type ReduceOnPlateauOptions, reduceOnPlateau } from './loop/schedules/reduce-on-plateau.ts';
export type { Schedule, SchedulePoint } from './loop/schedules/schedule.ts';
export { type StepDecayOptions, stepDecay } from './loop/schedules/step-decay.ts';
export { type ShownProgress, showProgress } from './loop/shown-progress.ts';
export { logSteps } from './loop/step-log.ts';
export type { StepRecord } from './loop/step-reports.ts';
export { train } from './loop/train.ts';
export type {
  FollowingOptions,
  JudgingOptions,
  StoppingOptions,
  TrainOptions,
  UpdateOptions,
} from './loop/train-options.ts';
export type { TrainingCheckpoints } from './loop/training-checkpoints.ts';
export type { TrainResult } from './loop/training-progress.ts';
export type { WeightAverageOptions } from './loop/weight-average.ts';
export { heInitialise } from './models/initialise.ts';
export type { NetOptions } from './models/net-options.ts';
export { type PlainCnnOptions, plainCnn } from './models/plain-cnn.ts';
export { type ResNet9Options, resnet9 } from './models/resnet9.ts';
export { type ResNet18Options, resnet18 } from './models/resnet18.ts';
export { type SearchedCnnOptions, searchedCnn } from './models/searched-cnn.ts';
export { type SixConvCnnOptions, sixConvCnn } from './models/six-conv-cnn.ts';
export { type CnnArchitecture, type VariantCnnOptions, variantCnn } from './models/variant-cnn.ts';
export { type WeightedBranchesOptions, weightedBranches } from './models/weighted-branches.ts';
export type { Activation } from './ops/run-kernel.ts';
export { type AdamOptions, adam } from './optimizers/adam.ts';
export { type AdamWOptions, adamw } from './optimizers/adamw.ts';
export type { Optimizer, OptimizerState } from './optimizers/optimizer.ts';
export { type RmspropOptions, rmsprop } from './optimizers/rmsprop.ts';
export { type SgdOptions, sgd } from './optimizers/sgd.ts';
export {
  imagenetNormalisation,
  type PretrainedOptions,
  type PretrainedStatus,
  pretrainedResnet18,
  resnet18Status,
  type StoreOptions,
  storeResnet18,
} from './pretrained/pretrained-resnet18.ts';
export { loadModel, saveModel } from './saving/model-folder.ts';
export { saveTraining } from './saving/training-folder.ts';
export { type LayerSummary, type ModelSummary, summary } from './summary/summary.ts';
export { currentTrainingStep, type TrainingStep } from './training-step.ts';
export { type LinearHeadOptions, linearHead, withHead } from './transfer/head.ts';
export { keptFeatures, type LabelledFeatures } from './transfer/kept-features.ts';
export { onlyClasses } from './transfer/only-classes.ts';
export { type TrainHeadOptions, trainHead } from './transfer/train-head.ts';

registerFileRouter();
