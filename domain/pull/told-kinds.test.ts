import { describe, expect, test } from 'vitest';
import { isPbsTaskOf, pbsTarget, pbsTaskKind } from './pbs-task';
import { veeamSessionKind } from './veeam-session';

const is = (workerId: string, datastore: string, namespace = '', kind: 'backup' | 'sync' = 'backup') =>
  isPbsTaskOf({ kind, workerId }, { datastore, namespace });

describe('a task of Proxmox Backup Server', () => {
  test.each([
    ['store1:vm/100', { datastore: 'store1', namespace: '', group: 'vm/100' }],
    ['store1:site-a/x:ct/101', { datastore: 'store1', namespace: 'site-a/x', group: 'ct/101' }],
    ['store1:host/web1/69B2A4C0', { datastore: 'store1', namespace: '', group: 'host/web1' }],
    ['store1:v-1', { datastore: 'store1', namespace: '', group: null }],
    ['store1', { datastore: 'store1', namespace: '', group: null }],
    ['', null],
  ])('%s names what it is about', (workerId, target) => {
    expect(pbsTarget(workerId)).toEqual(target);
  });

  test('is told of where it does something with copies', () => {
    expect(
      ['backup', 'verificationjob', 'garbage_collection', 'prunejob', 'syncjob'].map(pbsTaskKind),
    ).toEqual(['backup', 'verify', 'gc', 'prune', 'sync']);
    for (const other of ['reader', 'termproxy', 'aptupdate', 'constructor', ''])
      expect(pbsTaskKind(other)).toBeNull();
  });

  test('is of a datastore and a namespace', () => {
    expect(is('store1:vm/100', '')).toBe(true);
    expect(is('store1:vm/100', 'store1')).toBe(true);
    expect(is('store10:vm/100', 'store1')).toBe(false);
    expect(is('store1:a:vm/100', 'store1', 'a')).toBe(true);
    expect(is('store1:a/b:vm/100', 'store1', 'a')).toBe(true);
    expect(is('store1:ab:vm/100', 'store1', 'a')).toBe(false);
    expect(is('store1:vm/100', 'store1', 'a')).toBe(false);
    expect(is('remote:there:store1::s-1', 'store1', '', 'sync')).toBe(true);
    expect(is('remote:there:store2::s-1', 'store1', '', 'sync')).toBe(false);
  });
});

test('a session of Veeam is told of where it makes copies', () => {
  for (const type of ['BackupJob', 'FileBackupJob', 'AgentBackup', 'AgentBackupPolicy'])
    expect(veeamSessionKind(type)).toBe('backup');
  for (const type of ['BackupCopyJob', 'ReplicaJob', 'BackupCopy'])
    expect(veeamSessionKind(type)).toBe('replication');
  for (const type of [
    'ConfigurationBackup',
    'SureBackup',
    'SureBackupJob',
    'Infrastructure',
    'RestoreVm',
    '',
  ])
    expect(veeamSessionKind(type)).toBeNull();
});
