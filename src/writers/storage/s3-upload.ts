/** Local files into an object store: in one piece, or large ones in parts. */
import { type FileHandle, open } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { inParallel } from '../../core/in-parallel.js';
import type { S3Place } from './s3-location.js';

const MB = 1024 * 1024;
/** Up to this size one request is the quickest; a failed one is repeated as a whole. */
const ONE_PIECE = 64 * MB;
const PART = 16 * MB;
const PARTS_AT_ONCE = 4;
/** The most that S3 takes. */
const MAX_PARTS = 10_000;

/**
 * Pieces are read into memory (64 MB at most at a time, unless the file has more than 160 GB), because the client can repeat
 * only what it still has.
 */
export async function upload(client: S3Client, place: S3Place, path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    if (size > ONE_PIECE) await uploadParts(client, place, file, size);
    else await client.send(new PutObjectCommand({ ...address(place), Body: await piece(file, 0, size) }));
  } finally {
    await file.close();
  }
}

async function uploadParts(client: S3Client, place: S3Place, file: FileHandle, size: number): Promise<void> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(address(place)));
  const target = { ...address(place), UploadId };
  const length = Math.max(PART, Math.ceil(size / MAX_PARTS));
  const starts = Array.from({ length: Math.ceil(size / length) }, (_, index) => index * length);
  try {
    const parts = await inParallel(starts, PARTS_AT_ONCE, async (start, index) => {
      const Body = await piece(file, start, Math.min(start + length, size));
      const { ETag } = await client.send(new UploadPartCommand({ ...target, PartNumber: index + 1, Body }));
      return { PartNumber: index + 1, ETag };
    });
    await client.send(new CompleteMultipartUploadCommand({ ...target, MultipartUpload: { Parts: parts } }));
  } catch (error) {
    // The answer to the last request may have been lost: then the upload is over, and a repeated request finds none.
    if (await isThere(client, place, size)) return;
    // Parts of an upload that was not aborted are charged for ever, and listed nowhere.
    await client.send(new AbortMultipartUploadCommand(target)).catch(() => undefined);
    throw error;
  }
}

async function piece(file: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(end - start);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
    if (bytesRead === 0) throw new Error('the local file became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}

async function isThere(client: S3Client, place: S3Place, size: number): Promise<boolean> {
  const found = await client.send(new HeadObjectCommand(address(place))).catch(() => null);
  return found?.ContentLength === size;
}

const address = ({ bucket, key }: S3Place) => ({ Bucket: bucket, Key: key });
