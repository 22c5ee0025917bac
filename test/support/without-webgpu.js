/** Imported before a program, makes it run as if the optional package `webgpu` could not be installed. */
import module from 'node:module';

/** A hook that uses nothing else of this file: before Node 22.15 it runs in a thread that has only its text. */
const resolve = (specifier, context, next) =>
  next(specifier === 'webgpu' ? 'webgpu-that-is-not-there' : specifier, context);

if (module.registerHooks) module.registerHooks({ resolve });
else module.register(`data:text/javascript,${encodeURIComponent(`export const resolve = ${resolve};`)}`);
