// Type aliases, since an interface does not count as a JSON value, and these figures are written as one.

/** The images whose confidence, the probability of the predicted class, is above `from` and up to `to`. */
export type CalibrationBin = {
  readonly from: number;
  readonly to: number;
  /** The number of the images. */
  readonly count: number;
  /** Share of them that were recognised; 0 without images. */
  readonly accuracy: number;
  /** Mean of their confidences; 0 without images. */
  readonly confidence: number;
};

export type Calibration = {
  /**
   * The expected calibration error: the mean over the images of |accuracy − confidence| of their bins (Guo et al. 2017).
   * NaN where a confidence is; 0 without images.
   */
  readonly calibrationError: number;
  /** Bins of equal width from 0 to 1. Images whose confidence is NaN are in none. */
  readonly calibrationBins: readonly CalibrationBin[];
};

/** An image's confidence, and whether it was recognised. */
export interface Judged {
  readonly confidence: number;
  readonly isHit: boolean;
}

/** The agreement of the confidences of predictions with their accuracy. @param count number of bins; default 15. */
export function calibrationOf(images: readonly Judged[], count = 15): Calibration {
  const bins: Judged[][] = Array.from({ length: count }, () => []);
  for (const image of images) bins[Math.max(Math.ceil(image.confidence * count) - 1, 0)]?.push(image);
  const calibrationBins = bins.map((held, at): CalibrationBin => {
    const mean = (value: (image: Judged) => number): number =>
      held.length === 0 ? 0 : held.reduce((sum, image) => sum + value(image), 0) / held.length;
    return {
      from: at / count,
      to: (at + 1) / count,
      count: held.length,
      accuracy: mean(({ isHit }) => Number(isHit)),
      confidence: mean(({ confidence }) => confidence),
    };
  });
  const gap = ({ count, accuracy, confidence }: CalibrationBin): number => count * Math.abs(accuracy - confidence);
  const gaps = calibrationBins.reduce((sum, bin) => sum + gap(bin), 0);
  const isWhole = images.every(({ confidence }) => !Number.isNaN(confidence));
  return { calibrationError: isWhole ? gaps / Math.max(images.length, 1) : Number.NaN, calibrationBins };
}
