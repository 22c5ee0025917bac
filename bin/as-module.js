// A resolve hook for files that are imported with the query `?hpo-module`, and for the files that they import: each is
// a module if it is written as one, whatever the `type` of its package. CommonJS has no top-level await.
import { readFileSync } from 'node:fs';

const QUERY = '?hpo-module';

export function resolve(specifier, context, next) {
  if (![specifier, context.parentURL].some((url) => url?.endsWith(QUERY))) return next(specifier, context);
  const file = specifier.endsWith(QUERY) ? specifier.slice(0, -QUERY.length) : specifier; // all that other hooks know
  const resolved = next(file, context);

  return resolved instanceof Promise ? resolved.then(asModule) : asModule(resolved);
}

function asModule(resolved) {
  if (!resolved.url.startsWith('file:') || !resolved.format?.startsWith('commonjs')) return resolved;
  const file = new URL(resolved.url.replace(/(?:%3Ftsx-[^?]*)?(?:\?.*)?$/, '')); // without tsx's notes on CommonJS
  const { pathname } = file;
  if (!/\.[jt]sx?$/.test(pathname) || pathname.includes('/node_modules/') || !isWrittenAsModule(file)) return resolved;
  return { ...resolved, format: 'module', url: file.href + QUERY };
}

function isWrittenAsModule(file) {
  return /^\s*(?:import|export)(?:\s+\w|\s*[{*'"])/m.test(readFileSync(file, 'utf8'));
}
