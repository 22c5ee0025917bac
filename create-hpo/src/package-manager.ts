/** A program that installs packages and runs their programs. */
export interface PackageManager {
  readonly name: string;
  /** The command that installs the packages of a project. */
  readonly install: string;
  /** The words in front of `hpo`. */
  readonly run: string;
  /**
   * Lets the packages with native code run their install scripts, which it refuses by default: fields of package.json
   * and files.
   */
  allowing(packages: readonly string[]): {
    readonly fields?: Readonly<Record<string, unknown>>;
    readonly files?: Readonly<Record<string, string>>;
  };
}

const NPM: PackageManager = {
  name: 'npm',
  install: 'npm install',
  run: 'npx ',
  allowing: (packages) => ({ fields: { allowScripts: Object.fromEntries(packages.map((name) => [name, true])) } }),
};

/** Those that create-hpo knows, the default first. */
export const PACKAGE_MANAGERS: readonly PackageManager[] = [
  NPM,
  {
    name: 'pnpm',
    install: 'pnpm install',
    run: 'pnpm ',
    allowing: (packages) => ({
      files: { 'pnpm-workspace.yaml': `allowBuilds:\n${packages.map((name) => `  ${name}: true\n`).join('')}` },
    }),
  },
  {
    name: 'yarn',
    install: 'yarn install',
    run: 'yarn ',
    // Packages in zip archives have no files that workers could load.
    allowing: () => ({ files: { '.yarnrc.yml': 'nodeLinker: node-modules\nenableScripts: true\n' } }),
  },
  {
    name: 'bun',
    install: 'bun install',
    run: 'bunx ',
    allowing: (packages) => ({ fields: { trustedDependencies: packages } }),
  },
];

/** The one that has started this process, by `npm_config_user_agent`; npm where none has. */
export function callingManager(userAgent: string | undefined): PackageManager {
  const name = /^(\w+)\//.exec(userAgent ?? '')?.[1];
  return PACKAGE_MANAGERS.find((manager) => manager.name === name) ?? NPM;
}
