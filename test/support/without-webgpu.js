/** Imported before a program, has it run as where the optional package `webgpu` could not be installed. */
import module from 'node:module';

/** A hook without anything of this file: before Node 22.15 it runs in a thread that has only its text. */
const resolve = (specifier, context, next) =>
  next(specifier === 'webgpu' ? 'webgpu-that-is-not-there' : specifier, context);

if (module.registerHooks) module.registerHooks({ resolve });
else module.register(`data:text/javascript,${encodeURIComponent(`export const resolve = ${resolve};`)}`);
