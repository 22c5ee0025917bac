import { fileURLToPath } from 'node:url';

/** The root of the checkout. */
export const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of the site's pages. */
export const DOCS = fileURLToPath(new URL('..', import.meta.url));
