import 'reflect-metadata'; // tsyringe, below @peculiar/x509, needs it first
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as never);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

/** A certificate with its private key, both in PEM. */
export interface Identity {
  readonly cert: string;
  readonly key: string;
  readonly certificate: x509.X509Certificate;
}

/** A certificate authority made for one test. */
export interface Authority {
  readonly cert: string;
  issue(
    subject: string,
    names?: readonly { type: 'dns' | 'url' | 'ip'; value: string }[],
  ): Promise<Identity>;
}

const newKeys = () =>
  webcrypto.subtle.generateKey(ALGORITHM, true, [
    'sign',
    'verify',
  ]) as Promise<webcrypto.CryptoKeyPair>;

const validity = () => ({
  notBefore: new Date(Date.now() - DAY_MS),
  notAfter: new Date(Date.now() + DAY_MS),
});

async function privatePem(keys: webcrypto.CryptoKeyPair): Promise<string> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return x509.PemConverter.encode(pkcs8, 'PRIVATE KEY');
}

/** Makes a self-signed certificate. */
export async function selfSigned(subject: string): Promise<Identity> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: subject,
    keys: keys as never,
    signingAlgorithm: ALGORITHM,
    ...validity(),
  });
  return { cert: certificate.toString('pem'), key: await privatePem(keys), certificate };
}

/** Makes a certificate authority. */
export async function newAuthority(subject = 'CN=Test Authority'): Promise<Authority> {
  const keys = await newKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    name: subject,
    keys: keys as never,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
    ],
    ...validity(),
  });
  return {
    cert: root.toString('pem'),
    async issue(leaf, names = []) {
      const leafKeys = await newKeys();
      const certificate = await x509.X509CertificateGenerator.create({
        subject: leaf,
        issuer: root.subject,
        publicKey: leafKeys.publicKey as never,
        signingKey: keys.privateKey as never,
        signingAlgorithm: ALGORITHM,
        extensions:
          names.length === 0
            ? []
            : [
                new x509.SubjectAlternativeNameExtension(
                  names.map(({ type, value }) => ({ type, value })),
                ),
              ],
        ...validity(),
      });
      return { cert: certificate.toString('pem'), key: await privatePem(leafKeys), certificate };
    },
  };
}
