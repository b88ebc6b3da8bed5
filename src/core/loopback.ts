/** What is this machine itself: no other one reaches it there. */
import { isIPv4 } from 'node:net';

/** @param address an IP address or a host name, an IPv6 one with or without brackets */
export function isLoopback(address: string | undefined): boolean {
  const plain = (address ?? '')
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:/, '');
  return plain === '::1' || plain === 'localhost' || (isIPv4(plain) && plain.startsWith('127.'));
}

/** @param host as a `Host` header has it, with or without a port */
export function namesLoopback(host: string | undefined): boolean {
  const [, name] = /^(\[[^\]]+\]|[^:]+)(:\d+)?$/.exec(host ?? '') ?? [];
  return isLoopback(name);
}
