-- The server's version as a number: 180006.
SHOW server_version_num;
