#!/usr/bin/env node
import { start } from './bootstrap.js';

// A study is named by its file, whatever the command.
await start('cli/main', { study: process.argv.slice(2).find((argument) => /\.[cm]?[jt]s$/.test(argument)) });
