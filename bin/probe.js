import { start } from './bootstrap.js';

await start('training/backend/packing/main');
