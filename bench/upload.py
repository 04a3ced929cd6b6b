"""One large upload, again and again: how fast a recording is read, decoded, hashed and looked up."""

import http.client
import os
import struct
import time

PATH = '/v1/audio/transcriptions'


def recording(size):
    """A WAV of that many bytes: 16 kHz, mono, 16 bit, noise."""
    samples = os.urandom(size - 44)
    return struct.pack('<4sI4s4sIHHIIHH4sI', b'RIFF', size - 8, b'WAVE', b'fmt ', 16, 1, 1, 16000,
                       32000, 2, 16, b'data', size - 44) + samples


def form(content, number):
    """The upload as SDKs make it: another boundary and another file name each time."""
    boundary = f'----bench{number:020d}'
    head = (f'--{boundary}\r\nContent-Disposition: form-data; name="model"\r\n\r\nwhisper-1\r\n'
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{number}.wav"\r\n'
            'Content-Type: audio/wav\r\n\r\n')
    body = head.encode() + content + f'\r\n--{boundary}--\r\n'.encode()
    return body, {'Content-Type': f'multipart/form-data; boundary={boundary}',
                  'Authorization': 'Bearer sk-bench'}


class Uploader:
    """One connection to the gateway, and the recording it sends."""

    def __init__(self, port, size):
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
        self.content = recording(size)
        self.number = 0

    def send(self):
        """The seconds one upload took, and what X-Cache said of it."""
        self.number += 1
        body, headers = form(self.content, self.number)
        began = time.monotonic()
        self.connection.request('POST', PATH, body, headers)
        answer = self.connection.getresponse()
        answer.read()
        return time.monotonic() - began, answer.headers.get('X-Cache', '')
