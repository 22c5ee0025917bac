import type { SharpOptions } from 'sharp';
import { HpoError } from '../../../base/errors.ts';
import { addonProblem } from '../../../base/native-addon.ts';
import { MOST_PIXELS } from '../../images/set-checks.ts';
import { missingPackage } from '../../packages/training-packages.ts';

/** The pixels of a decoded picture. */
export interface Picture {
  /** [height, width, channels] */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Row by row, channels last. */
  readonly bytes: Uint8Array;
}

/** The form in which pictures are wanted. */
export interface PictureForm {
  /** 1 (grey), 3 (RGB) or 4 (RGB and opacity). */
  readonly channels: 1 | 3 | 4;
  /** [height, width] to which pictures are brought; as they are where it is left out. */
  readonly size?: readonly [height: number, width: number] | undefined;
}

type Decoder = typeof import('sharp').default;

/** The decoder's library, loaded with the first picture, since most programs decode none. */
let library: Promise<Decoder> | undefined;

function loadDecoder(): Promise<Decoder> {
  library ??= import('sharp').then(
    (loaded) => loaded.default,
    (reason: unknown) => {
      throw missingPackage('sharp', reason) ?? addonProblem('sharp', reason) ?? reason;
    },
  );
  return library;
}

/** The first bytes of a PNG and of a JPEG file: nothing else gets to the decoder. */
const SIGNATURES = [Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('ffd8ff', 'hex')];

/**
 * Decodes a PNG or JPEG file to 8 bits a channel, as Pillow does it: what stands in the file counts, and no colour
 * profile or orientation is applied. Palettes become colours; of 16 bits the upper 8 are taken; grey becomes RGB by
 * repetition, and RGB grey by 0.299, 0.587 and 0.114; opacity is left out, not blended, unless there are 4 channels.
 *
 * @param path for messages.
 * @throws HpoError HPO_DATA in one line that names the file: it is no PNG or JPEG, is broken or cut, has more than 2²⁴
 *   pixels (seen before it is decoded), or has CMYK colours. HPO_INSTALLATION where the decoder does not load,
 *   HPO_TFJS_MISSING where it is not installed.
 */
export async function decodePicture(path: string, content: Buffer, form: PictureForm): Promise<Picture> {
  const refuse = (problem: string, cause?: unknown): never => {
    throw new HpoError('HPO_DATA', `${path} ${problem}`, { data: { path }, cause });
  };
  if (!SIGNATURES.some((signature) => content.subarray(0, signature.length).equals(signature))) {
    refuse('is not a PNG or JPEG picture; leave it out, or save it as one');
  }
  const sharp = await loadDecoder();
  const options: SharpOptions = { ignoreIcc: true, limitInputPixels: false };
  const broken = (reason: unknown): never =>
    refuse(`is broken (${String((reason as Error).message).split('\n')[0]}); save it anew, or leave it out`, reason);
  const { width = 0, height = 0, space } = await sharp(content, options).metadata().catch(broken);
  if (width * height > MOST_PIXELS) {
    refuse(`has ${width}×${height} pixels; a picture may have ${MOST_PIXELS}, as of 4096×4096`);
  }
  if (space === 'cmyk') refuse('has CMYK colours; save it as RGB');
  const picture = sharp(content, options).toColourspace('srgb');
  if (form.size) picture.resize(form.size[1], form.size[0], { fit: 'cover', kernel: 'linear' });
  const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true }).catch(broken);
  return {
    shape: [info.height, info.width, form.channels],
    bytes: withChannels(data, info.channels, form.channels),
  };
}

/** Pixels of RGB, with or without opacity, with other channels. */
function withChannels(pixels: Uint8Array, has: number, wanted: 1 | 3 | 4): Uint8Array {
  if (has === wanted) return pixels;
  const result = new Uint8Array((pixels.length / has) * wanted);
  for (let from = 0, to = 0; from < pixels.length; from += has, to += wanted) {
    const [red, green, blue] = [pixels[from] as number, pixels[from + 1] as number, pixels[from + 2] as number];
    if (wanted === 1) {
      result[to] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16; // Pillow's integers, summing to 2¹⁶
    } else {
      result[to] = red;
      result[to + 1] = green;
      result[to + 2] = blue;
      if (wanted === 4) result[to + 3] = 255;
    }
  }
  return result;
}
