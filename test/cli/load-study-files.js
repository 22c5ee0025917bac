// Loads study files as the command line does, and prints as JSON the reason why each is refused. Arguments: the root of
// the installed hpo, then the files.

const [root, ...files] = process.argv.slice(2);
const { start } = await import(`${root}/bin/bootstrap.js`);
await start('runner/study-file', { study: files[0] });
const { loadStudyFile } = await import(`${root}/dist/runner/study-file.js`);

const refusals = [];
for (const file of files) {
  const { code, message } = await loadStudyFile(file).catch((error) => error);
  refusals.push({ code, message });
}
console.log(JSON.stringify(refusals));
