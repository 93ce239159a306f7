import { describe, expect, test } from 'vitest';
import { readResticLocation } from './collectors/restic/restic-location';
import { hideCredentials, makeRedact, secretsOfEnvironment, secretsOfLocation } from './redact';

const CANARY = 'c4n4ry';

describe('what leaves the agent', () => {
  test.each([
    [`rest:https://bob:${CANARY}@nas/r`, 'rest:https://nas/r'],
    [`rest:https://bob:it's"${CANARY}"@nas/r`, 'rest:https://nas/r'],
    [`rest:https://${CANARY}@nas/r`, 'rest:https://nas/r'],
    [`s3:https://key:${CANARY}@s3.example.com/bucket`, 's3:https://s3.example.com/bucket'],
    [`sftp://bob:${CANARY}@nas:22//r`, 'sftp://nas:22//r'],
    ['sftp:backup@nas:/r', 'sftp:backup@nas:/r'],
    [`rclone::sftp,host=nas,user=b,pass=${CANARY}:r`, 'rclone::sftp:r'],
    [`rclone:drive,client_id=x,config_refresh_key="${CANARY},${CANARY}":r`, 'rclone:drive:r'],
    ['rclone:drive:a,b=c', 'rclone:drive:a,b=c'],
  ])('names the repository %s without its credentials', (given, shown) => {
    expect(readResticLocation(given, new Date()).location).toBe(shown);
  });

  test.each([
    'password=',
    'Password: ',
    '"passphrase": "',
    'X_PASS=',
    'secret_access_key = ',
    'api-key:',
    'token=',
  ])('hides what follows %s', (word) => {
    expect(hideCredentials(`x ${word}${CANARY}-1 y`)).not.toContain(CANARY);
  });

  test('hides the values of secret variables, line by line, as they are and as in an address', () => {
    const redact = makeRedact(
      secretsOfEnvironment({
        RESTIC_PASSWORD: `${CANARY}/1`,
        MYSQL_PWD: `${CANARY}-2`,
        TLS_PRIVATE_KEY: `-----BEGIN-----\n${CANARY}-3\n`,
        RESTIC_REPOSITORY: `rest:http://u:${CANARY}-4@nas/`,
        RESTIC_PASSWORD_FILE: '/etc/restic/password',
        PWD: '/home/bob',
      }),
    );
    const text = `${CANARY}/1 ${encodeURIComponent(`${CANARY}/1`)} ${CANARY}-2 ${CANARY}-3 ${CANARY}-4`;
    expect(redact(text)).not.toContain(CANARY);
    expect(redact('/etc/restic/password of /home/bob')).toBe('/etc/restic/password of /home/bob');
  });

  test('leaves a text without secrets as it is', () => {
    const text = 'Fatal: unable to save snapshot: write /r/data/45: no space left on device';
    expect(makeRedact(secretsOfLocation('/srv/restic'))(text)).toBe(text);
  });
});
