#!/usr/bin/env node
import { start } from './bootstrap.js';

// A study is named by its file, whatever the command.
await start('cli/main', { studies: process.argv.slice(2).some((argument) => /\.[cm]?[jt]s$/.test(argument)) });
