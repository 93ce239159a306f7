import { describe, expect, test } from 'vitest';
import { requireTool } from '@/test/require-tool';
import { isVolatile, mediaOf, probeLocalDevice, readDisks, readMount } from './local-device';

const AT = new Date('2026-11-24T10:00:00Z');
const ext4 = { target: '/srv', source: '/dev/sda1', fstype: 'ext4' };
const lsblk = (...disks: object[]): string =>
  JSON.stringify({
    blockdevices: [{ type: 'part', tran: null, rm: false, hotplug: false, children: disks }],
  });
const disk = (changed: object): object => ({
  type: 'disk',
  tran: 'sata',
  rm: false,
  hotplug: false,
  ...changed,
});
const valueOf = (...disks: object[]): string | null =>
  mediaOf(ext4, readDisks(lsblk(...disks)), AT)?.value ?? null;

describe('the medium of a local folder', () => {
  test.each([
    ['a USB disk', [disk({ tran: 'usb' })], 'removable_disk'],
    ['one that can be taken out', [disk({ rm: true })], 'removable_disk'],
    ['an old lsblk, which writes 1', [disk({ hotplug: '1', rm: '0' })], 'removable_disk'],
    ['a built-in SATA disk', [disk({})], 'internal_disk'],
    ['a built-in NVMe disk', [disk({ tran: 'nvme' })], 'internal_disk'],
    ['a mirror of two built-in disks', [disk({}), disk({ tran: 'sas' })], 'internal_disk'],
    ['a mirror of which one half is a USB disk', [disk({}), disk({ tran: 'usb' })], null],
    ['a virtual disk, which has no transport', [disk({ tran: null })], null],
    ['a disk of the network', [disk({ tran: 'iscsi' })], null],
    ['a loop device', [disk({ type: 'loop', tran: null })], null],
  ])('%s', (_name, disks, value) => {
    expect(valueOf(...disks)).toBe(value);
  });

  test('a network share is only inferred to be a NAS: it may be a server', () => {
    expect(mediaOf({ ...ext4, source: 'nas:/b', fstype: 'nfs4' }, [], AT)).toEqual({
      value: 'nas',
      source: 'inferred',
      evidence: 'findmnt fstype=nfs4',
      observed_at: AT.toISOString(),
    });
  });

  test('what is built in or can be taken out is probed, and says by what', () => {
    expect(mediaOf(ext4, readDisks(lsblk(disk({ tran: 'usb' }))), AT)).toMatchObject({
      source: 'probed',
      evidence: 'lsblk tran=usb rm=0 hotplug=0',
    });
  });

  test.each(['tmpfs', 'overlay', 'ramfs'])('%s does not outlive the machine', (fstype) => {
    expect(isVolatile({ ...ext4, fstype })).toBe(true);
    expect(isVolatile(ext4)).toBe(false);
  });

  test('output that is not understood tells nothing', () => {
    expect(readMount('findmnt: bad usage')).toBeNull();
    expect(readDisks('')).toEqual([]);
  });

  test.skipIf(!requireTool('findmnt'))('the real programs of this machine are understood', async () => {
    const { mount } = await probeLocalDevice('/', process.env, AT);
    expect(mount?.target).toBe('/');
  });

  test('without the programs nothing is known', async () => {
    expect(await probeLocalDevice('/', { PATH: '/nowhere' }, AT)).toEqual({ mount: null, media: null });
  });
});
