import { start } from './bootstrap.js';

await start('training/packing/probe-process', { studies: false });
