import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Application, Converter, DeclarationReflection, type ProjectReflection, ReflectionKind } from 'typedoc';
import { CHECKOUT, DOCS } from './folders.ts';

/** A page of the API. */
interface Page {
  readonly file: string;
  readonly title: string;
  /** The folders of the sources whose exports it holds. */
  readonly rooms: readonly string[];
}

/** An entry of the package. */
interface Entry {
  /** The name that programs import it by. */
  readonly name: string;
  readonly folder: string;
  readonly pages: readonly Page[];
}

const page = (file: string, title: string, ...rooms: readonly string[]): Page => ({ file, title, rooms });

const ENTRIES: readonly Entry[] = [
  {
    name: 'hpo',
    folder: 'src',
    pages: [
      page('studies', 'Studies', 'study'),
      page('spaces', 'Spaces', 'space'),
      page('trials', 'Trials and histories', 'trial', 'history'),
      page('samplers', 'Samplers', 'sampler'),
      page('pruners', 'Pruners', 'pruner'),
      page('terminators', 'Ends of studies', 'terminator'),
      page('importance', 'Importance', 'importance'),
      page('programs', 'Programs as trials', 'command'),
      page('storage', 'Storages', 'storage'),
      page('basics', 'Errors, random numbers, devices', 'base', 'machine'),
    ],
  },
  {
    name: 'hpo/tfjs',
    folder: 'src/training',
    pages: [
      page('tfjs-training', 'Training', 'loop', 'training-step.ts'),
      page('tfjs-optimizers', 'Optimizers', 'optimizers'),
      page('tfjs-models', 'Models and layers', 'models', 'layers', 'ops'),
      page('tfjs-images', 'Images', 'data', 'images'),
      page('tfjs-insight', 'Looking into a model', 'insight', 'summary'),
      page('tfjs-transfer', 'Transfer', 'pretrained', 'transfer'),
      page('tfjs-backends', 'Backends, cache and files', 'backend', 'saving', 'cache-folder.ts'),
    ],
  },
  {
    name: 'hpo/testing',
    folder: 'src/testing',
    pages: [
      page('testing', 'Checks', 'check.ts', 'pruner-checks.ts', 'sampler-checks.ts', 'storage', 'storage-checks.ts'),
    ],
  },
];

/** Writes `api/`: the exports of the package by their docstrings, and the part of the sidebar that lists the pages. */
export async function writeApiPages(): Promise<void> {
  const out = join(DOCS, 'api');
  await rm(out, { recursive: true, force: true });
  const app = await Application.bootstrapWithPlugins({
    entryPoints: ENTRIES.map(({ folder }) => join(CHECKOUT, folder, 'index.ts')),
    tsconfig: join(DOCS, 'tsconfig.json'),
    basePath: CHECKOUT,
    plugin: ['typedoc-plugin-markdown'],
    name: 'API',
    out,
    readme: 'none',
    groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases'],
    disableSources: true,
    excludeExternals: true, // what layers inherit from TensorFlow.js
    excludeInternal: true,
    excludePrivate: true,
    skipErrorChecking: true, // the checkout's compiler has checked them
    validation: { notExported: false, invalidLink: false },
    logLevel: 'Warn',
    ...{
      outputFileStrategy: 'modules',
      flattenOutputFiles: true,
      hideBreadcrumbs: true,
      hidePageHeader: true,
      entryFileName: 'index',
      useCodeBlocks: true,
      expandParameters: true,
      parametersFormat: 'table',
      interfacePropertiesFormat: 'table',
      typeDeclarationFormat: 'table',
      sanitizeComments: true,
      pageTitleTemplates: { index: 'API', module: '{name}', member: '{name}' },
    },
  });
  const roomsOf = new Map<string, ReadonlyMap<string, string>>();
  for (const { folder } of ENTRIES) roomsOf.set(folder, await roomsOfExports(join(CHECKOUT, folder, 'index.ts')));
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const entry of ENTRIES) toPages(project, entry, roomsOf.get(entry.folder) ?? new Map());
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('typedoc cannot read the sources');
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error('typedoc cannot write the pages of the API');
  await finishPages(out);
  await writeFile(join(out, 'sidebar.json'), JSON.stringify(ENTRIES.map(sidebarOf)));
  await writeFile(join(out, 'index.md'), overview());
}

/** Gives the pages their titles, and takes the numbers from links to headings that their pages have once. */
async function finishPages(out: string): Promise<void> {
  const files = ENTRIES.flatMap(({ name, pages }) =>
    pages.map((page) => ({ name, ...page, path: join(out, `${page.file}.md`) })),
  );
  const texts = new Map<string, string>();
  for (const { file, path } of files) texts.set(file, await readFile(path, 'utf8'));
  for (const { name, file, title, path } of files) {
    const titled = (texts.get(file) ?? '').replace(/^# .*\n/, `# ${title}\n\nExports of \`${name}\`.\n`);
    const linked = titled.replace(/\]\((?:([\w-]+)\.md)?#([\w-]+?)-(\d+)\)/g, (link, other = file, anchor, number) => {
      const same = (texts.get(other) ?? '').match(new RegExp(`^#+ ${anchor}\\b`, 'gim')) ?? [];
      return same.length > Number(number) ? link : link.replace(/-\d+\)$/, ')');
    });
    await writeFile(path, linked);
  }
}

/** The folder that each export of an `index.ts` comes from, by the name of the export. */
async function roomsOfExports(file: string): Promise<ReadonlyMap<string, string>> {
  const statements = (await readFile(file, 'utf8')).matchAll(/^export (?:type )?\{([^}]*)\} from '\.\/([^/']+)/gm);
  return new Map(
    [...statements].flatMap(([, names = '', room = '']) =>
      names
        .split(',')
        .map((name) => name.trim().replace(/^type /, ''))
        .filter((name) => name !== '')
        .map((name) => [name, room] as const),
    ),
  );
}

/** Puts a module for each page of an entry in place of the entry's own. */
function toPages(project: ProjectReflection, { name, folder, pages }: Entry, rooms: ReadonlyMap<string, string>): void {
  const module = project.children?.find((child) => child.name === folder);
  if (module === undefined) throw new Error(`typedoc has not found ${name}`);
  const made = pages.map((page) => ({
    page,
    reflection: new DeclarationReflection(page.file, ReflectionKind.Module, project),
  }));
  for (const child of [...(module.children ?? [])]) {
    const place = made.find(({ page }) => page.rooms.includes(rooms.get(child.name) ?? ''));
    if (place === undefined) throw new Error(`no page of the API has ${child.name}; name its folder in api-pages.ts`);
    module.removeChild(child);
    child.parent = place.reflection;
    place.reflection.addChild(child);
  }
  project.removeReflection(module);
  for (const { reflection } of made) {
    project.registerReflection(reflection, undefined, undefined);
    project.addChild(reflection);
  }
}

function sidebarOf({ name, pages }: Entry) {
  return { text: name, items: pages.map(({ file, title }) => ({ text: title, link: `/api/${file}` })) };
}

function overview(): string {
  const lists = ENTRIES.map(({ name, pages }) => {
    return `## ${name}\n\n${pages.map(({ file, title }) => `- [${title}](${file}.md)`).join('\n')}\n`;
  });
  return `# API\n\nEach export of the package, from its docstring.\n\n${lists.join('\n')}`;
}
