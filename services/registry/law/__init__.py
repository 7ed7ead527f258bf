"""The law as pure functions: values in, violations out, and no I/O anywhere.

One module per theme, one function per rule, each naming its article. `entry` puts together the
rules of a whole act. A rule yields every violation it finds, so that a clerk mends a request once.

Articles are cited as: LP, the List provisions (Fa Shi [2013] No. 17 as amended by Fa Shi [2017]
No. 7); CP, the consumption provisions (Fa Shi [2010] No. 8 as amended by Fa Shi [2015] No. 17);
OP, the 2019 Opinion (法发〔2019〕35号).
"""
