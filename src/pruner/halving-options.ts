import { type OptionKind, type Refuse, wholeNumberFrom } from '../base/option-checks.ts';

/** A number of steps, or `'auto'` to take it from the COMPLETE trials. */
export type Resource = number | 'auto';

/** A number of steps from 1 on, or `'auto'`. */
export const resource: OptionKind = {
  wanted: "a whole number from 1 on or 'auto'",
  accepts: (value) => value === 'auto' || wholeNumberFrom(1).accepts(value),
};

/** Refuses a bootstrap count beside a resource that is only known when trials are complete. */
export function checkBootstrap(bootstrapCount: number, name: string, value: Resource, refuse: Refuse): void {
  if (bootstrapCount === 0 || value !== 'auto') return;
  refuse(`\`bootstrapCount\` is ${bootstrapCount} and \`${name}\` is 'auto'; give \`${name}\` as a number.`);
}
