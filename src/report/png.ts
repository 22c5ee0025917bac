import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { addonProblem } from '../base/native-addon.ts';
import { CODE_ROOT, IS_SOURCE } from '../base/package-root.ts';

/** The files of Inter, in the package that has them and below the build's folder: a machine need not have any font. */
export const FONTS = [
  { source: '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf', built: 'report/inter-regular.ttf' },
  { source: '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf', built: 'report/inter-semi-bold.ttf' },
] as const;

/**
 * An SVG picture as PNG, with its text in Inter, or where Inter lacks a script, in a font of the system.
 *
 * @param scale pixels of the PNG for one of the SVG.
 * @throws HpoError HPO_INSTALLATION where the renderer does not load on this machine.
 */
export async function pngOf(svg: string, scale: number): Promise<Uint8Array> {
  const { Resvg } = await import('@resvg/resvg-js').catch((error: unknown) => {
    throw addonProblem('@resvg/resvg-js', error) ?? error;
  });
  const require = createRequire(import.meta.url);
  const fontFiles = FONTS.map(({ source, built }) =>
    IS_SOURCE ? require.resolve(source) : fileURLToPath(new URL(built, CODE_ROOT)),
  );
  const font = { fontFiles, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' };
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: scale } }).render().asPng();
}
