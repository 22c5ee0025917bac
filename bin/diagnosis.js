import { start } from './bootstrap.js';

await start('training/backend/diagnosis/main');
