/**
 * hpo: hyperparameter search for TypeScript.
 *
 * Declare a {@link space}, define a study with {@link defineStudy} and run it with `hpo run`; or drive one from your
 * own program with {@link createStudy}. Training with TensorFlow.js is in `hpo/tfjs`.
 */

import { presentBy } from './study/presentation.ts';

presentBy(async () => (await import('./report/study-presenter.ts')).studyPresenter);

export { type ErrorCode, HpoError } from './base/errors.ts';
export type { JsonValue } from './base/json.ts';
export { Rng } from './base/rng.ts';
export { type CommandObjective, type CommandOptions, command } from './command/command.ts';
export type { CommandContext } from './command/command-context.ts';
export type { EarlierTrial, History, HistoryReader, StudyShape } from './history/history.ts';
export { estimateImportance, type ImportanceEstimate, type ImportanceEstimates } from './importance/estimate.ts';
export type { ImportanceEvaluator, ImportanceQuestion, RatedTrial } from './importance/evaluator.ts';
export { type FanovaOptions, fanova } from './importance/fanova/fanova.ts';
export { type FrozenStudy, type ImportanceOptions, importance, type ReadableStudy } from './importance/importance.ts';
export { type PedAnovaOptions, pedAnova } from './importance/ped-anova/ped-anova.ts';
export type { Device, Packing, SharedDevice } from './machine/device.ts';
export {
  type HyperbandOptions,
  hyperband,
  median,
  nop,
  type ParetoRankOptions,
  type PercentileOptions,
  paretoRank,
  patient,
  percentile,
  type SuccessiveHalvingOptions,
  successiveHalving,
  type ThresholdOptions,
  threshold,
  type WilcoxonOptions,
  wilcoxon,
} from './pruner/index.ts';
export type { Judgement, Pruner } from './pruner/pruner.ts';
export {
  auto,
  bruteForce,
  type ChoiceDistance,
  type CmaEsOptions,
  type CrossoverOptions,
  cmaEs,
  type GpOptions,
  gp,
  grid,
  type Nsga3Options,
  type NsgaOptions,
  nsga2,
  nsga3,
  partialFixed,
  type QmcOptions,
  qmc,
  random,
  type SearchGrid,
  type TpeOptions,
  tpe,
} from './sampler/index.ts';
export type { Draw, Sampler, StartingTrial } from './sampler/sampler.ts';
export { type CategoricalDistribution, categorical } from './space/categorical-distribution.ts';
export type { Distribution, ParamValue, ValueOf } from './space/distribution.ts';
export type { DistributionMap } from './space/distribution-map.ts';
export { type FloatDistribution, float } from './space/float-distribution.ts';
export { type IntDistribution, int } from './space/int-distribution.ts';
export type { NumericOptions } from './space/numeric-distribution.ts';
export { type Params, type PartialParams, type SearchSpace, space } from './space/search-space.ts';
export { type SpaceDefinition, type Variant, variant } from './space/variant.ts';
export { type Backup, type BackupOptions, backupStorage } from './storage/backup-storage.ts';
export type { Storage } from './storage/storage.ts';
export type { SetBack } from './study/checkpoints/set-back.ts';
export { type CopiedStudy, type CopyStudyOptions, copyStudy } from './study/copy-study.ts';
export { defineStudy } from './study/definition/define-study.ts';
export type {
  ObjectiveContext,
  ObjectiveResult,
  PrepareContext,
  Progress,
  RetrainContext,
  RetrainDefinition,
  Settings,
  StudyDefinition,
  StudyOptions,
} from './study/definition/definition.ts';
export { deleteTrial } from './study/delete-trial.ts';
export type { Duplicates } from './study/duplicates.ts';
export type { EarlierStudy } from './study/earlier-trials.ts';
export type { UnusedValue } from './study/enqueued-values.ts';
export {
  type CreateStudyOptions,
  createStudy,
  deleteStudy,
  type LoadStudyOptions,
  loadStudy,
} from './study/open-study.ts';
export type { OptimizeOptions } from './study/optimize.ts';
export type { PlotKind } from './study/plot-kinds.ts';
export type { PlotOptions, ReportOptions } from './study/presentation.ts';
export { renameStudy } from './study/rename-study.ts';
export type { Replay, ReplayDifference, Underived } from './study/replay/replay.ts';
export { type ReplayOptions, replayStudy } from './study/replay/replay-study.ts';

export type { RunEvent } from './study/run-event.ts';
export type { StopReason, StopWhen } from './study/stop-when.ts';
export type { Study, StudyTrial } from './study/study.ts';
export type { Checkpoint, Checkpoints, KeepOptions } from './study/trial/checkpoints.ts';
export type { Failure, FinishedTrial, Outcome, Told } from './study/trial/outcome.ts';
export type { Trial } from './study/trial/trial.ts';
export { TrialPruned } from './study/trial/trial-pruned.ts';
export {
  crossValidationError,
  type EmmrOptions,
  type ErrorEstimate,
  emmr,
  type Improvement,
  type MedianErrorOptions,
  medianError,
  type RegretBoundOptions,
  regretBound,
  type StagnationOptions,
  stagnation,
} from './terminator/index.ts';
export { constraintsOf, isFeasible } from './trial/constraints.ts';
export type { Direction } from './trial/direction.ts';
export type { Attributes, FrozenTrial, TrialState } from './trial/frozen-trial.ts';
export { type Metrics, metricsOf } from './trial/reported-metrics.ts';
