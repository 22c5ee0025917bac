/** Writes the pages that follow from the sources: the API, the commands, the examples, and those of the repository's own texts. */
import { writeApiPages } from './api-pages.ts';
import { writeCommands } from './commands.ts';
import { writeExamplePages } from './example-pages.ts';
import { writeRepositoryPages } from './repository-pages.ts';

await writeCommands();
await writeExamplePages();
await writeRepositoryPages();
await writeApiPages();
