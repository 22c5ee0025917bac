import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { linuxMounts, macMounts, mountOf, networkFileSystem, networkName } from './file-system.ts';

const LINUX = `\
22 1 259:1 / / rw,relatime shared:1 - ext4 /dev/nvme0n1p1 rw
40 22 0:35 / /home rw,relatime shared:20 master:3 - nfs4 server:/home rw,vers=4.2
41 40 0:36 / /home/ada/my\\040disk rw - fuse.sshfs ada@host: rw
42 22 0:37 / /mnt/crypt rw - fuse.gocryptfs /crypt rw
43 22 8:1 / /mnt/stick rw - fuseblk /dev/sda1 rw
44 22 0:38 / /mnt/host rw - virtiofs host rw
45 40 259:2 / /home/scratch rw - xfs /dev/nvme1n1 rw`;

const MAC = `\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//ada@server/data on /Volumes/data (1) (smbfs, nodev, nosuid, mounted by ada)
server:/export on /Volumes/export (nfs, nodev)`;

const on = (mounts: ReturnType<typeof linuxMounts>, folder: string) => networkName(mountOf(folder, mounts)?.type);

describe('the file system of a folder', () => {
  it.each([
    ['/home/ada', 'NFS'],
    ['/home/ada/my disk/studies', 'sshfs'],
    ['/mnt/host', 'virtiofs'],
    ['/home/scratch/run', undefined], // a local disk mounted below NFS
    ['/homework', undefined],
    ['/mnt/crypt/x', undefined],
    ['/mnt/stick', undefined],
    ['/', undefined],
  ])("is found among Linux's mounts: %s is on %s", (folder, name) => {
    expect(on(linuxMounts(LINUX), folder)).toBe(name);
  });

  it.each([
    ['/Volumes/data (1)/studies', 'SMB'],
    ['/Volumes/export', 'NFS'],
    ['/Users/ada', undefined],
  ])("is found among macOS's mounts: %s is on %s", (folder, name) => {
    expect(on(macMounts(MAC), folder)).toBe(name);
  });

  it('is the last of several that are mounted on one folder', () => {
    const twice = linuxMounts(`${LINUX}\n46 22 8:2 / /home rw - ext4 /dev/sdb rw`);
    expect(on(twice, '/home/ada')).toBeUndefined();
  });

  it('is unknown for a folder that is not there', () => {
    expect(networkFileSystem(`${tmpdir()}/there is no such folder`)).toBeUndefined();
  });
});
