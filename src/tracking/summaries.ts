import type { Histogram } from '../math/histogram.ts';
import type { ParamValue } from '../space/distribution.ts';
import type { FlatParams } from '../space/search-space.ts';
import { Message } from './message.ts';

// The values of a summary, as TensorBoard's summary.proto and the proto files of its plugin for hyperparameters have them.

/** A figure. */
export function scalar(tag: string, value: number): Message {
  return new Message().text(1, tag).float(2, value);
}

/** A picture as a PNG file. @param channels of the PNG, 1 to 4. */
export function image(tag: string, png: Uint8Array, width: number, height: number, channels: number): Message {
  const picture = new Message().whole(1, height).whole(2, width).whole(3, channels).bytes(4, png);
  return new Message().text(1, tag).inner(4, picture);
}

/** A distribution. */
export function histogram(tag: string, { low, high, count, sum, squares, counts }: Histogram): Message {
  const limits = counts.map((_, at) => low + ((at + 1) * (high - low)) / counts.length);
  const histo = new Message()
    .double(1, low)
    .double(2, high)
    .double(3, count)
    .double(4, sum)
    .double(5, squares)
    .doubles(6, limits)
    .doubles(7, counts);
  return new Message().text(1, tag).inner(5, histo);
}

/** The hyperparameters of a run that begins. @param startedAt in seconds since 1970. */
export function sessionStart(params: FlatParams, startedAt: number): Message {
  const info = new Message();
  for (const [name, value] of Object.entries(params))
    info.inner(1, new Message().text(1, name).inner(2, paramValue(value)));
  return hparams('_hparams_/session_start_info', new Message().inner(3, info.double(5, startedAt)));
}

/** The end of a run. @param endedAt in seconds since 1970. */
export function sessionEnd(hasSucceeded: boolean, endedAt: number): Message {
  const info = new Message().whole(1, hasSucceeded ? 1 : 2).double(2, endedAt);
  return hparams('_hparams_/session_end_info', new Message().inner(4, info));
}

/** A value of google.protobuf.Value; null is a text, since the plugin takes no null. */
function paramValue(value: ParamValue): Message {
  if (typeof value === 'number') return new Message().double(2, value);
  if (typeof value === 'boolean') return new Message().whole(4, Number(value));
  return new Message().text(3, String(value));
}

function hparams(tag: string, content: Message): Message {
  const plugin = new Message().text(1, 'hparams').inner(2, content.whole(1, 0));
  const shape = new Message().inner(2, new Message().whole(1, 1));
  const empty = new Message().whole(1, 1).inner(2, shape).bytes(5, Buffer.alloc(4)); // the value, which must be there
  return new Message().text(1, tag).inner(8, empty).inner(9, new Message().inner(1, plugin));
}
