import { shortHash } from './short-hash.ts';

/** Names that Windows gives to devices, with any ending: a file of such a name cannot be made or read there. */
const OF_WINDOWS = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * The name of a folder for something that has a name of its own, such as a study: that name, with characters that are
 * not safe in a file's name replaced. Different names have different folders.
 */
export function folderName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._ -]/g, '_').slice(0, 100);
  const isSame = name !== '' && safe === name && !/^\.|^ | $|\.$/.test(name) && !OF_WINDOWS.test(name);
  return isSame ? name : `${safe.replace(OF_WINDOWS, '$1_$2').replace(/^[. ]+/, '_')}-${shortHash(name)}`;
}
