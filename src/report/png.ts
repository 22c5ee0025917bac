import { createRequire } from 'node:module';
import { addonProblem } from '../base/native-addon.ts';

const require = createRequire(import.meta.url);

/** The files of Inter, which comes with a package, since a machine need not have any font. */
const FONT_FILES = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'].map((file) =>
  require.resolve(`@expo-google-fonts/inter/${file}`),
);

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
  const font = { fontFiles: FONT_FILES, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' };
  return new Resvg(svg, { font, fitTo: { mode: 'zoom', value: scale } }).render().asPng();
}
