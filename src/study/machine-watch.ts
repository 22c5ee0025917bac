import type { Clock } from '../base/clock.ts';
import type { History } from '../history/history.ts';
import { type ProcessIdentity, thisProcess, type Vitality } from '../machine/process-identity.ts';
import { type Crew, crewOf } from './crew.ts';
import { Liveness, vitalityOf } from './liveness.ts';
import { type TrialRunner, trialRunners } from './trial-runners.ts';

/**
 * The state of a coordinator as an observer sees it, the worst first. `dead`: the system of this machine knows that its
 * process is gone. `lost`: its leases have not been renewed for their grace time, so that others take its trials back.
 * `silent`: they should have been renewed several times by now. `suspended`: its process is stopped by a signal. `new`:
 * it was not watched for long enough to see a renewal. `idle`: it runs no trial now, and did a moment ago.
 */
export const COORDINATOR_STATES = ['dead', 'lost', 'silent', 'suspended', 'new', 'alive', 'idle'] as const;
export type CoordinatorState = (typeof COORDINATOR_STATES)[number];

/** A process that runs trials of a study. */
export interface Coordinator {
  /** Undefined where its leases do not name it. */
  readonly process: ProcessIdentity | undefined;
  readonly isThisProcess: boolean;
  /** Undefined where its leases do not show it. */
  readonly crew: Crew | undefined;
  /** The numbers of the trials that it runs. */
  readonly running: readonly number[];
  readonly state: CoordinatorState;
  /**
   * The time in milliseconds since its last sign of life, or since it was first looked at; 0 where the system of this
   * machine knows that it lives.
   */
  readonly silentMs: number;
  /** The time after which others take its trials back if it gives no sign of life. */
  readonly graceMs: number;
}

/** A machine whose processes run trials of a study, or have run some. */
export interface Machine {
  /** Its host name, with a part of the id of its system's start where several machines have the name. */
  readonly name: string;
  /** Its host name; undefined where its leases do not name it. */
  readonly host: string | undefined;
  readonly isThisMachine: boolean;
  /** The processes that run trials, or did a moment ago; those that need attention first. */
  readonly coordinators: readonly Coordinator[];
  /** The numbers of the trials that run there, ascending. */
  readonly running: readonly number[];
  /** The most trials that its coordinators run at once; undefined where one of them does not show it. */
  readonly workers: number | undefined;
  /** The number of finished trials that it ran last. */
  readonly finished: number;
  /** The worst state of its coordinators; undefined where it has none any more. */
  readonly state: CoordinatorState | undefined;
}

/** The machines of a study. */
export interface Machines {
  /** Those that need attention first, then those that run trials, then others; by name. */
  readonly all: readonly Machine[];
  /** The numbers of the trials that run under no lease: Optuna's, and those of `hpo ask`. */
  readonly unleased: readonly number[];
}

/** The machines of a study that was not looked at. */
export const NO_MACHINES: Machines = { all: [], unleased: [] };

/** The share of its grace time after which a coordinator that gave no sign of life counts as silent. */
const SILENT_SHARE = 0.5;

/** The name of machines whose leases do not name them. */
const NAMELESS = 'unknown';

/** A holder of leases that was seen to live. */
interface Seen {
  /** The time of its last sign of life, or of the first look at it. */
  at: number;
  /** Whether it has given a sign of life since it was first looked at. */
  hasLived: boolean;
  /** The trials that it ran at the last look, with their attempts. */
  keys: ReadonlySet<string>;
}

/**
 * Watches the coordinators of a study by their leases, on the clock of this process: a lease that is renewed, and one
 * that begins, are signs of life. No wall clock matters, neither a machine's nor the storage's.
 */
export class MachineWatch {
  readonly #clock: Clock;
  readonly #ask: typeof vitalityOf;
  readonly #liveness: Liveness;
  readonly #seen = new Map<string, Seen>();
  #isFirst = true;

  /** @param ask asks the system about a lease's process. */
  constructor(clock: Clock, ask = vitalityOf) {
    this.#clock = clock;
    this.#ask = ask;
    this.#liveness = new Liveness(clock, ask);
  }

  /** Looks at a study. @param history its trials as they are now, which must be the same history each time. */
  look(history: History): Machines {
    const { holders, unleased } = history.summary(trialRunners);
    const hosts = new Map<string, Host>();
    for (const [id, runner] of holders) {
      const coordinator = this.#coordinator(id, runner);
      const name = runner.process?.host ?? NAMELESS;
      let host = hosts.get(name);
      if (host === undefined) {
        host = { name, boots: new Map(), finished: new Map() };
        hosts.set(name, host);
      }
      const boot = runner.process?.boot ?? '';
      host.finished.set(boot, (host.finished.get(boot) ?? 0) + runner.finished);
      if (coordinator === undefined) continue;
      const there = host.boots.get(boot);
      if (there === undefined) host.boots.set(boot, [coordinator]);
      else there.push(coordinator);
    }
    this.#isFirst = false;
    const all = [...hosts.values()].flatMap(machinesOf);
    all.sort((a, b) => rankOf(a.state) - rankOf(b.state) || BY_NAME.compare(a.name, b.name));
    return { all, unleased: [...unleased].sort((a, b) => a - b) };
  }

  /** A holder as it is now; undefined where it runs no trial and has not done so for long. */
  #coordinator(id: string, { lease, process, running }: TrialRunner): Coordinator | undefined {
    let seen = this.#seen.get(id);
    if (running.size === 0 && seen === undefined) return undefined;
    const now = this.#clock.now();
    const isNew = seen === undefined;
    seen ??= { at: now, hasLived: false, keys: new Set() };
    this.#seen.set(id, seen);
    const keys = new Set<string>();
    let vitality: Vitality | undefined;
    for (const [number, held] of running) {
      const key = `${number}/${held.attempt}`;
      keys.add(key);
      const look = this.#liveness.look(key, held);
      vitality = look.vitality; // the same for all of them
      // A lease that begins while we watch is a sign, too; one that was there when we began is none yet.
      if (look.hasMoved || (!seen.keys.has(key) && !(isNew && this.#isFirst))) {
        seen.at = Math.max(seen.at, now - look.silentMs);
        seen.hasLived = true;
      }
    }
    for (const key of seen.keys) if (!keys.has(key)) this.#liveness.forget(key, id);
    seen.keys = keys;
    vitality ??= this.#ask(lease.process);
    const silentMs = vitality === 'alive' ? 0 : now - seen.at;
    if (running.size === 0 && (vitality === 'dead' || silentMs >= lease.graceMs)) {
      this.#seen.delete(id);
      return undefined;
    }
    return {
      process,
      isThisProcess: vitality === 'alive' && process?.pid === thisProcess().pid,
      crew: crewOf(lease.about),
      running: [...running.keys()].sort((a, b) => a - b),
      state: running.size === 0 ? 'idle' : stateOf(vitality, silentMs, lease.graceMs, seen.hasLived),
      silentMs,
      graceMs: lease.graceMs,
    };
  }
}

/** The machines of a host name. */
interface Host {
  readonly name: string;
  /** The coordinators by the start of the system that they run on. */
  readonly boots: Map<string, Coordinator[]>;
  readonly finished: Map<string, number>;
}

function stateOf(vitality: Vitality, silentMs: number, graceMs: number, hasLived: boolean): CoordinatorState {
  if (vitality === 'alive' || vitality === 'dead') return vitality;
  if (silentMs >= graceMs) return 'lost';
  if (vitality === 'stopped') return 'suspended';
  if (silentMs >= SILENT_SHARE * graceMs) return 'silent';
  return hasLived ? 'alive' : 'new';
}

/** A host is one machine, unless processes of several starts of its system run trials at the same time. */
function machinesOf({ name, boots, finished }: Host): readonly Machine[] {
  const total = [...finished.values()].reduce((sum, each) => sum + each, 0);
  if (boots.size === 0) return [machineOf(name, '', [], total)];
  return [...boots].map(([boot, coordinators]) => {
    const isOnly = boots.size === 1;
    const own = isOnly ? total : (finished.get(boot) ?? 0);
    return machineOf(isOnly ? name : `${name} (${boot.slice(0, 8)})`, boot, coordinators, own);
  });
}

function machineOf(name: string, boot: string, coordinators: Coordinator[], finished: number): Machine {
  coordinators.sort((a, b) => rankOf(a.state) - rankOf(b.state) || b.silentMs - a.silentMs);
  const workers = coordinators.map(({ crew }) => crew?.workers);
  return {
    name,
    host: coordinators[0]?.process?.host ?? (name === NAMELESS ? undefined : name),
    isThisMachine: boot !== '' && boot === thisProcess().boot && coordinators[0]?.process?.host === thisProcess().host,
    coordinators,
    running: coordinators.flatMap(({ running }) => running).sort((a, b) => a - b),
    workers: workers.reduce((sum, each) => (sum === undefined || each === undefined ? undefined : sum + each), 0),
    finished,
    state: coordinators[0]?.state,
  };
}

/** The place of a state among those that machines are sorted by: all that need no attention have one. */
function rankOf(state: CoordinatorState | undefined): number {
  if (state === undefined) return COORDINATOR_STATES.length;
  return COORDINATOR_STATES.indexOf(state === 'alive' ? 'new' : state);
}

const BY_NAME = new Intl.Collator('en', { numeric: true });
