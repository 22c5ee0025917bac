import type { MarkdownRenderer } from 'vitepress';

/** Shows braces in code within a line as they are: `{{` begins no expression of Vue's. */
export function literalCode(md: MarkdownRenderer): void {
  md.core.ruler.push('literal-code', ({ tokens }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      if (token.type === 'code_inline') token.attrSet('v-pre', '');
    }
  });
}
