/** The most characters of a cause on one line. */
const LONGEST = 400;
/** The most characters before the gap in a cause that is too long. */
const BEGINNING = 160;

/**
 * The cause of a failure on one line: the lines of the message with ` | ` between them. A long one loses its middle,
 * since the end of a program's last words says most.
 */
export function causeLine({ name, message }: { readonly name: string; readonly message: string }): string {
  const lines = `${name}: ${message}`.split('\n').map((line) => line.trim());
  const [first = '', ...others] = lines.filter((line) => line !== '');
  const gap = first.endsWith(':') ? ' ' : ' | ';
  const rest = others.length === 0 ? '' : gap + others.join(' | ');
  if (first.length + rest.length <= LONGEST) return first + rest;
  const beginning = first.length <= BEGINNING ? first + gap : first.slice(0, BEGINNING);
  const whole = first + rest;
  return `${beginning}…${whole.slice(whole.length - (LONGEST - beginning.length - 1))}`;
}
