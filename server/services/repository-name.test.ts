import { describe, expect, test } from 'vitest';
import type { LocationKind } from '@/contract/report';
import { nameRepository } from './repository-name';

describe('a repository is called', () => {
  test.each<[string, LocationKind, string, string]>([
    ['sftp:backup@nas-02:/volume1/restic', 'sftp', 'nas-02', 'nas-02:/volume1/restic'],
    ['sftp:backup@nas-02:/volume1/accounting', 'sftp', 'nas-02/accounting', 'nas-02:/volume1/accounting'],
    ['sftp://backup@nas-02:2222//srv/restic/', 'sftp', 'nas-02', 'nas-02:2222//srv/restic'],
    ['rest:https://backup.example:8000/fs-01', 'rest', 'backup.example/fs-01', 'backup.example:8000/fs-01'],
    ['ssh://borg@[fd00::1]:22/./repos', 'ssh', '[fd00::1]', '[fd00::1]:22/./repos'],
    [
      's3:https://s3.eu-central-1.amazonaws.com/tdw-vault',
      's3',
      'tdw-vault',
      's3.eu-central-1.amazonaws.com/tdw-vault',
    ],
    ['s3:s3.amazonaws.com/bucket/fs-01', 's3', 'bucket/fs-01', 's3.amazonaws.com/bucket/fs-01'],
    ['b2:bucket:fs-01', 'b2', 'bucket/fs-01', 'bucket:fs-01'],
    ['/srv/backup/restic', 'local', '/srv/backup/restic', '/srv/backup/restic'],
    ['C:\\backup', 'local', 'C:\\backup', 'C:\\backup'],
    ['', 'unknown', 'k-1', 'k-1'],
  ])('%s: after what tells it apart', (location, kind, name, fullName) => {
    expect(nameRepository(location, kind, 'k-1')).toEqual({ name, fullName });
  });

  test('never more than the column holds', () => {
    const { name, fullName } = nameRepository(`sftp:x@${'n'.repeat(900)}:/r`, 'sftp', 'k');
    expect(name.length).toBe(200);
    expect(fullName.length).toBe(200);
  });
});
