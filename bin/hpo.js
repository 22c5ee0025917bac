#!/usr/bin/env node
import { start } from './bootstrap.js';

await start('cli/main');
