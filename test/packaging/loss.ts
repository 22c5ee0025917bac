/** The loss of a trial of `pruning-study.ts`, which imports this file. */
export function loss(params: { readonly x: number }): number {
  return params.x ** 2;
}
