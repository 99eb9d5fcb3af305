"""Sends a ClientHello byte by byte, and reads the answer: hello.py [SECONDS-TO-WAIT-THEN]."""
import os
import socket
import ssl
import sys
import time

incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
host = os.environ["TLS_READINESS_HOST"]
session = ssl.create_default_context().wrap_bio(incoming, outgoing, server_hostname=host)
try:
    session.do_handshake()
except ssl.SSLWantReadError:
    pass
with socket.create_connection((host, int(os.environ["TLS_READINESS_PORT"]))) as connection:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in outgoing.read():
        connection.sendall(bytes([byte]))
    connection.recv(1)
    time.sleep(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
