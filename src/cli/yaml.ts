import type { ScalarTag } from 'yaml';
import type { JsonValue } from '../base/json.ts';
import { yaml } from '../base/lazy-yaml.ts';
import { escaped, replaceHidden } from '../text/foreign-text.ts';

/**
 * Matches texts that every version of YAML reads as text, except for {@link WORD}: words of letters, digits and `_./-`
 * that begin with a letter.
 */
const PLAIN = /^\p{L}[\p{L}\p{N}_./-]*(?: [\p{L}\p{N}_./-]+)*$/u;

/** The words that YAML 1.1, which PyYAML and others read, takes for true, false or null. */
const WORD = /^(?:y|n|yes|no|on|off|true|false|null)$/i;

/** The form of numbers with an exponent: YAML 1.1 reads them only with a point and a sign, `1.0e-7`. */
const exponential: ScalarTag = {
  identify: (value) => typeof value === 'number' && String(value).includes('e'),
  default: true,
  tag: 'tag:yaml.org,2002:float',
  test: /^[-+]?(?:\d+\.\d*|\.\d+|\d+)[eE][-+]?\d+$/,
  resolve: Number,
  stringify: ({ value }) => String(value).replace(/^(-?\d+)e/, '$1.0e'),
};

/**
 * A value as YAML that readers of YAML 1.1 (PyYAML) and of 1.2 understand alike: texts are on one line, in quotes
 * unless they cannot be misread, with hidden characters escaped; NaN and the infinities are `.nan`, `.inf` and `-.inf`.
 */
export function toYaml(value: JsonValue): string {
  const { Document, visit } = yaml();
  const document = new Document(value, { customTags: (tags) => [exponential, ...tags], aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_, node) {
      if (typeof node.value === 'string') node.type = isPlain(node.value) ? 'PLAIN' : 'QUOTE_DOUBLE';
    },
  });
  const written = document.toString({ lineWidth: 0, doubleQuotedAsJSON: true });
  return replaceHidden(written, (character) => (character === '\n' ? '\n' : escapedInYaml(character)));
}

function isPlain(text: string): boolean {
  // Some letters are hidden characters, too, and escapes work only in quotes.
  return PLAIN.test(text) && !WORD.test(text) && replaceHidden(text, () => '') === text;
}

/** A character as JSON escapes it; above U+FFFF by its number, since PyYAML does not join surrogates. */
function escapedInYaml(character: string): string {
  const code = character.codePointAt(0) as number;
  return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : escaped(character);
}
