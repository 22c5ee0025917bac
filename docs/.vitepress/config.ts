import { defineConfig } from 'vitepress';
import { apiSidebar } from './api-sidebar.ts';
import { literalCode } from './literal-code.ts';
import { repositoryLinks } from './repository-links.ts';

export default defineConfig({
  title: 'hpo',
  description: 'Hyperparameter search for TypeScript, on a database that Optuna reads.',
  lang: 'en',
  cleanUrls: false, // any web server, and a folder on a disk, can show the pages
  srcExclude: ['**/node_modules/**', 'generated/**'],
  lastUpdated: false,
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config: (md) => md.use(repositoryLinks).use(literalCode),
  },
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Guide', link: '/getting-started' },
      { text: 'From Optuna', link: '/from-optuna' },
      { text: 'Commands', link: '/cli' },
      { text: 'API', link: '/api/' },
    ],
    sidebar: [
      {
        text: 'Begin',
        items: [
          { text: 'What hpo is', link: '/' },
          { text: 'Getting started', link: '/getting-started' },
          { text: 'Coming from Optuna', link: '/from-optuna' },
          { text: 'Examples', link: '/examples' },
        ],
      },
      {
        text: 'Studies',
        items: [
          { text: 'A study', link: '/studies' },
          { text: 'Spaces and types', link: '/spaces' },
          { text: 'Samplers and pruners', link: '/samplers-and-pruners' },
          { text: 'A sampler of your own', link: '/your-own-sampler' },
        ],
      },
      {
        text: 'Objectives',
        items: [
          { text: 'Any program', link: '/programs' },
          { text: 'HTTP services', link: '/http' },
          { text: 'TensorFlow.js', link: '/tensorflow' },
          { text: 'The CIFAR-10 studies', link: '/cifar10' },
        ],
      },
      {
        text: 'Running',
        items: [
          { text: 'The runner', link: '/running' },
          { text: 'Crash and resume', link: '/crash-and-resume' },
          { text: 'Determinism', link: '/determinism' },
          { text: 'Several machines', link: '/machines' },
          { text: 'GPUs', link: '/gpus' },
          { text: 'Reports and dashboards', link: '/reports' },
        ],
      },
      {
        text: 'Reference',
        items: [
          { text: 'Commands', link: '/cli' },
          { text: 'Errors by code', link: '/errors' },
          { text: 'Environment variables', link: '/environment' },
          { text: 'The database', link: '/storage' },
          { text: "Optuna's features, and ours", link: '/parity' },
          { text: 'Measurements', link: '/measurements' },
          { text: 'What is stable', link: '/stability' },
          { text: 'Changes', link: '/changelog' },
        ],
      },
      { text: 'API', items: apiSidebar() },
      {
        text: 'Contributing',
        items: [
          { text: 'How it is built', link: '/contributing' },
          { text: 'Where a test stands', link: '/tests' },
        ],
      },
    ],
    docFooter: { prev: 'Previous page', next: 'Next page' },
  },
});
