/** A sentence of a study's sampler about the way it chooses, from a trial on: {@link Draw.note}. */
export interface SamplerNote {
  readonly trial: number;
  readonly note: string;
}
