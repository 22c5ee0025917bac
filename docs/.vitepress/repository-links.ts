import type { MarkdownRenderer } from 'vitepress';

/** Files of the repository that pages link to, as it shows them too, and the pages of the site that hold them. */
const PAGES: Readonly<Record<string, string>> = {
  '../bench/README.md': './measurements.md',
  '../CHANGELOG.md': './changelog.md',
  '../test/README.md': './tests.md',
};

/** The README of an example, which has a page of its own. */
const EXAMPLE = /^\.\.\/examples\/([\w-]+)\/README\.md$/;

/** Turns links to files of the repository into links to the site's pages with their content. */
export function repositoryLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('repository-links', ({ tokens }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const [, path = '', anchor = ''] = /^([^#]*)(#.*)?$/.exec(String(token.attrGet('href') ?? '')) ?? [];
      const page = token.type === 'link_open' ? (PAGES[path] ?? examplePage(path)) : undefined;
      if (page !== undefined) token.attrSet('href', `${page}${anchor}`);
    }
  });
}

function examplePage(path: string): string | undefined {
  const name = EXAMPLE.exec(path)?.[1];
  return name === undefined ? undefined : `./examples/${name}.md`;
}
