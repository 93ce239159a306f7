import { BlockList, isIP, isIPv4 } from 'node:net';

/** Ranges that are no single machine of the public internet (IANA special-purpose registries, RFC 6890). */
const NOT_PUBLIC_V4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const;

/** Of version 6 global unicast alone is public; these parts of it are not, or hide an address of version 4. */
const GLOBAL_V6 = ['2000::', 3] as const;
const NOT_PUBLIC_V6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

/** Addresses at which clouds answer with their secrets lie in the ranges above, but for this one of Azure's. */
const METADATA_V4 = '168.63.129.16';

/** Whether an IP address is a machine of the public internet. Mapped and translated addresses of version 4 are none. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0 || address.includes('%')) return false;
  if (isIPv4(address)) return address !== METADATA_V4 && !refusedV4().check(address, 'ipv4');
  return globalV6().check(address, 'ipv6') && !refusedV6().check(address, 'ipv6');
}

/** Whether an IP address is this machine. */
export function isLoopbackAddress(address: string): boolean {
  return isIPv4(address) ? address.startsWith('127.') : address === '::1';
}

const refusedV4 = () => listOf(NOT_PUBLIC_V4, 'ipv4');
const refusedV6 = () => listOf(NOT_PUBLIC_V6, 'ipv6');
const globalV6 = () => listOf([GLOBAL_V6], 'ipv6');

function listOf(subnets: readonly (readonly [string, number])[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family);
  return list;
}
