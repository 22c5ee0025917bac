import { load } from './bootstrap.js';

await load('runner/worker/main');
