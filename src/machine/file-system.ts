import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, statfsSync } from 'node:fs';
import { sep } from 'node:path';

/** A mounted file system. */
interface Mount {
  /** The folder that it is mounted on. */
  readonly folder: string;
  /** Its type as the system names it: `nfs4`, `fuse.sshfs`. */
  readonly type: string;
}

/** Linux's numbers of network file systems, as `statfs(2)` gives them; 9p and FUSE have local uses, too. */
const NUMBERS: Readonly<Record<number, string>> = {
  26985: 'NFS',
  20859: 'SMB',
  4283649346: 'CIFS',
  4266872130: 'SMB',
  1397113167: 'AFS',
  1937076805: 'Coda',
  12805120: 'Ceph',
  198183888: 'Lustre',
  1196443219: 'GPFS',
  428016422: 'BeeGFS',
  1952539503: 'OCFS2',
  18225520: 'GFS2',
  537068840: 'OrangeFS',
  2866260714: 'PanFS',
};

/** Types of which `statfs` shows no number, or one that local file systems have, too. */
const TYPES: Readonly<Record<string, string>> = {
  nfs: 'NFS',
  nfs4: 'NFS',
  cifs: 'CIFS',
  smb3: 'SMB',
  smbfs: 'SMB',
  afpfs: 'AFP',
  webdav: 'WebDAV',
  '9p': '9P',
  virtiofs: 'virtiofs',
  vboxsf: 'a shared folder of VirtualBox',
  prl_fs: 'a shared folder of Parallels',
};

/** Types of FUSE whose data lie on this machine. */
const LOCAL_FUSE = /^fuse(blk|ctl)?$|^fuse\.(gocryptfs|encfs|cryfs|mergerfs|unionfs|fuse-overlayfs|bindfs|ntfs-3g)$/;

/**
 * The name of the network file system that a folder is on, `NFS`; undefined for a local one, and where the system does
 * not say. Folders that a virtual machine shares with its host count, too: their file locks and their shared memory do
 * not reach the other side either.
 */
export function networkFileSystem(folder: string): string | undefined {
  try {
    if (process.platform === 'win32') return /^\\\\[^?.]/.test(realpathSync.native(folder)) ? 'SMB' : undefined;
    const byNumber = process.platform === 'linux' ? NUMBERS[statfsSync(folder).type >>> 0] : undefined;
    return byNumber ?? networkName(mountOf(realpathSync(folder), mounts())?.type);
  } catch {
    return undefined;
  }
}

/** The name of a network file system of a type; undefined for types of local ones. */
export function networkName(type = ''): string | undefined {
  const known = Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  return known ?? (type.startsWith('fuse.') && !LOCAL_FUSE.test(type) ? type.slice('fuse.'.length) : undefined);
}

/** The file system that holds a folder: of those mounted above it the nearest, and of several there the last. */
export function mountOf(folder: string, mounts: readonly Mount[]): Mount | undefined {
  let nearest: Mount | undefined;
  for (const mount of mounts) {
    const isAbove = folder === mount.folder || folder.startsWith(mount.folder.replace(/\/?$/, sep));
    if (isAbove && mount.folder.length >= (nearest?.folder.length ?? 0)) nearest = mount;
  }
  return nearest;
}

/** The file systems in the words of Linux's `/proc/self/mountinfo`. */
export function linuxMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    // proc(5): the folder is the fifth field, with spaces as \040; behind optional fields and a hyphen comes the type.
    const [, folder, type] = /^\S+ \S+ \S+ \S+ (\S+) .*? - (\S+) /.exec(line) ?? [];
    if (folder === undefined || type === undefined) return [];
    return { folder: folder.replace(/\\([0-7]{3})/g, (_, octal) => String.fromCharCode(parseInt(octal, 8))), type };
  });
}

/** The file systems in the words of macOS's `mount`: `//me@host/share on /Volumes/share (smbfs, nodev)`. */
export function macMounts(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [, folder, type] = /^.* on (\/.*) \(([^,)]+)/.exec(line) ?? [];
    return folder === undefined || type === undefined ? [] : { folder, type };
  });
}

function mounts(): readonly Mount[] {
  if (process.platform === 'linux') return linuxMounts(readFileSync('/proc/self/mountinfo', 'utf8'));
  if (process.platform !== 'darwin') return [];
  return macMounts(execFileSync('mount', { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
}
