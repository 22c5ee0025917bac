import * as tf from '@tensorflow/tfjs-core';
import { registerLayers } from '../layers/register.ts';
import { readModelFiles, writeModelFiles } from './model-files.ts';

const scheme = 'file://';

/** The cores of tfjs that have a router of ours, on the global object, since there may be a second copy of hpo. */
const key = Symbol.for('hpo.file-routers');

/**
 * Makes `model.save('file://folder')` and `tf.loadLayersModel('file://folder/model.json')` work on every backend, as
 * they do with tfjs-node: the files are the same, and so are the paths (as they stand after `file://`, relative ones to
 * the working directory). Where tfjs-node is loaded, too, its own router is used.
 */
export function registerFileRouter(): void {
  const holder = globalThis as { [key]?: WeakSet<object> };
  holder[key] ??= new WeakSet();
  if (holder[key].has(tf.io.registerSaveRouter)) return;
  holder[key].add(tf.io.registerSaveRouter);
  tf.io.registerSaveRouter(
    unlessOthersDo(tf.io.getSaveHandlers, (path) => ({ save: (artifacts) => writeModelFiles(path, artifacts) })),
  );
  tf.io.registerLoadRouter(
    unlessOthersDo(tf.io.getLoadHandlers, (path) => ({
      load: () => {
        registerLayers();
        return readModelFiles(path);
      },
    })),
  );
}

/** A router for paths that no other router takes; tfjs refuses a path that two routers take. */
function unlessOthersDo(
  handlersOf: (url: string) => readonly tf.io.IOHandler[],
  handle: (path: string) => tf.io.IOHandler,
): (url: string | string[]) => tf.io.IOHandler {
  const none = null as unknown as tf.io.IOHandler; // the answer of a router to a path that is not its own
  let isAsking = false;
  return (url) => {
    if (isAsking || typeof url !== 'string' || !url.startsWith(scheme)) return none;
    isAsking = true;
    try {
      return handlersOf(url).length > 0 ? none : handle(url.slice(scheme.length));
    } finally {
      isAsking = false;
    }
  };
}
