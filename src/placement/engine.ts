import type { Placement } from './placement.ts';

/**
 * An option of an engine, which the command line takes as `--name`. Options of one name in several engines are of one
 * kind, and may take different texts.
 */
export type EngineOption =
  | {
      readonly kind: 'text';
      readonly describe: string;
      /** The texts that it takes, and the words that follow "give" in the message about any other. */
      readonly accepts: RegExp;
      readonly wanted: string;
    }
  | { readonly kind: 'flag'; readonly describe: string };

/** The value of an option; undefined where it is not given. */
type ValueOf<O extends EngineOption> = (O['kind'] extends 'text' ? string : true) | undefined;

/** The options of an engine that a command line gives, by their names. */
export type EngineValues<O> = { readonly [Name in keyof O]?: O[Name] extends EngineOption ? ValueOf<O[Name]> : never };

/** A file for an engine, or one that belongs to it. */
export interface PlacementFile {
  readonly name: string;
  readonly content: string;
}

/** Workers that an engine has accepted. */
export interface Launched {
  /** One line that says what was started, and the engine's name for it. */
  readonly started: string;
  /** The engine's own command lines, to type. */
  readonly watch: readonly string[];
  readonly stop: readonly string[];
}

/** The definition of an engine: its values are typed by its options. */
interface EngineDefinition<O, Values> {
  readonly name: string;
  /** The engine in a few words, for lists. */
  readonly describe: string;
  readonly options: O;
  /** The number of workers where none is given. Default: 1. */
  workersByDefault?(values: Values): number;
  /**
   * Prints the engine's files. The first one, in whose head stand the commands for it, is the one that people submit.
   * @throws HpoError HPO_INVALID_ARGUMENT where an option that it needs is missing.
   */
  files(placement: Placement, values: Values): readonly PlacementFile[];
  /**
   * Submits the workers. Engines that need a step of the user's in between (an image, an account of a cloud) have none.
   * @param storage the URL of the database, perhaps with a password; undefined where none is named here.
   * @throws HpoError HPO_INVALID_ARGUMENT where the engine is not there, or refuses.
   */
  launch?(placement: Placement, values: Values, storage: string | undefined): Promise<Launched>;
  /** The command that submits the first of its files, by the file's name. */
  submitLine(file: string): string;
}

/** The options that a command line gives, read by those of an engine. */
export type GivenValues = Readonly<Record<string, string | true | undefined>>;

type EngineOptions = Readonly<Record<string, EngineOption>>;

/** An engine that starts workers on machines: it has its own way to describe them, and perhaps to submit them. */
export type Engine = EngineDefinition<EngineOptions, GivenValues>;

/** Makes an engine from its definition. */
export function defineEngine<const O extends EngineOptions>(definition: EngineDefinition<O, EngineValues<O>>): Engine {
  return definition as unknown as Engine; // a caller has read the values by the options of this very engine
}
