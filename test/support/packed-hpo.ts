import { CHECKOUT, runProgram } from './run-hpo.ts';

/** Packs the checkout as it would be published. @returns the archive's name in the folder, and the files in it. */
export async function packHpo(folder: string): Promise<{ readonly archive: string; readonly files: string[] }> {
  const packed = await runProgram('npm', ['pack', '--json', '--pack-destination', folder], { cwd: CHECKOUT });
  if (packed.code !== 0) throw new Error(`npm pack failed: ${packed.stdout}${packed.stderr}`);
  // The output of its scripts comes first.
  const [{ filename, files }] = JSON.parse(packed.stdout.slice(packed.stdout.search(/^\[/m)));
  return { archive: filename, files: (files as { path: string }[]).map(({ path }) => path) };
}
