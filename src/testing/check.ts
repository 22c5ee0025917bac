/** One thing that an implementation must do, to be run as a test of any runner. */
export interface Check {
  /** The checked rule, in words: the name of the test. */
  readonly name: string;
  /** Rejects, with an `AssertionError` of Node, where the implementation does not do it. */
  readonly run: () => Promise<void>;
}

type Body = () => Promise<void> | void;

/** A group of checks under way, with what is to happen around each. */
interface Group {
  readonly path: readonly string[];
  readonly outer: Group | undefined;
  readonly before: Body[];
  readonly after: Body[];
  readonly checks: Check[];
}

let current: Group | undefined;

/** The checks that `declare` makes by {@link it}. */
export function checksOf(declare: () => void): readonly Check[] {
  const group: Group = { path: [], outer: undefined, before: [], after: [], checks: [] };
  within(group, declare);
  return group.checks;
}

/** Makes a group, whose name comes before those of its checks. */
export function describe(name: string, declare: () => void): void {
  const outer = groupNow();
  within({ path: [...outer.path, name], outer, before: [], after: [], checks: outer.checks }, declare);
}

/** Makes a check. */
export function it(name: string, body: Body): void {
  const group = groupNow();
  const run = async () => {
    const groups: Group[] = [];
    for (let each: Group | undefined = group; each !== undefined; each = each.outer) groups.unshift(each);
    try {
      for (const { before } of groups) for (const prepare of before) await prepare();
      await body();
    } finally {
      for (const { after } of groups.reverse()) for (const cleanUp of after) await cleanUp();
    }
  };
  group.checks.push({ name: [...group.path, name].join(': '), run });
}

/** Makes a check for each case: its name shows the case in place of `%j`, and a field of it in place of `$field`. */
it.each =
  <T>(cases: readonly T[]) =>
  (name: string, body: (each: T) => Promise<void> | void): void => {
    for (const each of cases) {
      const fieldOf = (_: string, field: string) => String((each as Readonly<Record<string, unknown>>)[field]);
      const own = name.replace('%j', () => JSON.stringify(each)).replace(/\$(\w+)/g, fieldOf);
      it(own, () => body(each));
    }
  };

/** Does something before each check of the group. */
export function beforeEach(body: Body): void {
  groupNow().before.push(body);
}

/** Does something after each check of the group, passed or not. */
export function afterEach(body: Body): void {
  groupNow().after.push(body);
}

function groupNow(): Group {
  if (current === undefined) throw new Error('Checks are made within checksOf() alone.');
  return current;
}

function within(group: Group, declare: () => void): void {
  const former = current;
  current = group;
  try {
    declare();
  } finally {
    current = former;
  }
}
